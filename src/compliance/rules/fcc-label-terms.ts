import {
  linkTo,
  fail,
  httpsUrl,
  ifGiven,
  notApplicable,
  oneOfValues,
  pass,
  range,
  when,
  type CheckDraft,
} from '../engine/checks.js';
import type { Subject } from '../engine/rule-set.js';
import { complianceOf, readerOf, shownText } from '../engine/values.js';
import * as label from './fcc-label-checks.js';

const compliance = '/complianceData';
const onLabel = `${compliance}/broadbandLabel`;

const url = (key: string, what: string) => linkTo(`${compliance}/${key}`, what);

const typical = (
  name: 'typicalDownload' | 'typicalUpload' | 'typicalLatency',
  what: string,
  unit: string,
) => ({
  severity: 'error' as const,
  title: `The label states the typical ${what}.`,
  pointer: `${onLabel}/${name}`,
  messages: {
    missing: `The typical ${what} is missing: a value, or both ends of a range.`,
    fail: `The typical ${what} is {0} ${unit}; it must be greater than 0, and a range must not end below its start.`,
  },
  check: label.hasTypical(name),
});

/** A duty of the provider towards its customers, about which the offer can say whether it is met. */
const duty = (key: string, title: string, failed: string) => ({
  severity: 'warning' as const,
  title,
  pointer: `${compliance}/${key}`,
  proposedForRepeal: true,
  messages: { fail: failed },
  check: (subject: Subject) => {
    const value = complianceOf(subject)[key];
    return value === undefined ? notApplicable : value === true ? pass : fail();
  },
});

const technologyCode = readerOf(`${onLabel}/technologyCode`);
/** Codes that occur in published labels (40, 50, 300, 500), and those that are said to be in the FCC's lists. */
const knownTechnologies = [10, 40, 50, 60, 61, 70, 71, 72, 300, 400, 500];

/** The checks of the FCC broadband label from the taxes downwards. */
export const termsOfLabel: readonly CheckDraft[] = [
  {
    code: 'I10',
    severity: 'error',
    title: 'The label states whether government taxes are included or vary, or their amount.',
    pointer: '/taxes',
    messages: {
      missing: 'Taxes are missing; state included, varies, notApplicable or an amount.',
      fail: 'Taxes are {0}; they must be included, varies, notApplicable or an amount.',
    },
    check: label.statesTaxes,
  },
  { code: 'I11', ...typical('typicalDownload', 'download speed', 'Mbps') },
  { code: 'I11a', ...typical('typicalUpload', 'upload speed', 'Mbps') },
  { code: 'I11b', ...typical('typicalLatency', 'latency', 'ms') },
  {
    code: 'I11c',
    severity: 'warning',
    title: 'The typical download speed is within 20 percent of the advertised one.',
    pointer: `${onLabel}/typicalDownload`,
    messages: { fail: 'The typical download speed is {0} Mbps, but {1} Mbps are advertised.' },
    check: label.isNearAdvertised('typicalDownload', 'maxBandwidth'),
  },
  {
    code: 'I11d',
    severity: 'warning',
    title: 'The typical upload speed is within 20 percent of the advertised one.',
    pointer: `${onLabel}/typicalUpload`,
    messages: { fail: 'The typical upload speed is {0} Mbps, but {1} Mbps are advertised.' },
    check: label.isNearAdvertised('typicalUpload', 'marketedUploadHighMbps'),
  },

  {
    code: 'I12',
    severity: 'error',
    title: 'The label states how much data is included per month.',
    pointer: `${onLabel}/dataCapGb`,
    messages: {
      missing: 'The included data is missing: a number of GB, or null for unlimited.',
      fail: 'The included data is {0} GB; it must be a number from 0 up, or null for unlimited.',
    },
    check: label.statesIncludedData,
  },
  {
    code: 'I12a',
    severity: 'error',
    title: 'If the included data is limited, the label states what additional data costs.',
    pointer: `${onLabel}/overagePrice`,
    messages: {
      missing: 'The included data is limited, but {0} is missing; `overagePrice` is 0 if nothing is charged.',
      fail: 'Additional data costs {0} per {1} GB; both numbers must be greater than 0.',
    },
    check: label.statesOverage,
  },
  {
    code: 'I12b',
    ...url('dataAllowancePolicyUrl', 'the policy on data usage'),
    title: 'If the included data is limited, there is a link to the policy on data usage.',
    check: when(label.isCapped, httpsUrl(readerOf(`${compliance}/dataAllowancePolicyUrl`))),
  },
  { code: 'I13', ...url('discountsUrl', 'the discounts and bundles') },
  { code: 'I13a', ...url('networkManagementUrl', 'the network management policy') },
  { code: 'I13b', ...url('privacyPolicyUrl', 'the privacy policy') },
  { code: 'I13c', ...url('supportUrl', 'customer support') },
  {
    code: 'I13d',
    severity: 'error',
    title: 'The label states a phone number for customer support.',
    pointer: `${compliance}/supportPhone`,
    messages: {
      missing: 'The phone number for customer support is missing.',
      fail: 'The phone number for customer support is {0}; it must have 10 to 15 digits.',
    },
    check: label.hasSupportPhone,
  },
  {
    code: 'I14',
    severity: 'warning',
    title: 'The label does not mention the Affordable Connectivity Program, which has ended.',
    pointer: `${compliance}/acp`,
    proposedForRepeal: true,
    messages: {
      fail: 'The label says that the provider takes part in the Affordable Connectivity Program, which has ended.',
    },
    check: (subject) => (complianceOf(subject).acp === true ? fail() : pass),
  },
  {
    code: 'I15',
    severity: 'error',
    title: 'The technology code is one of the numbers 0 to 999.',
    pointer: `${onLabel}/technologyCode`,
    messages: { fail: 'The technology code is {0}; it must be an integer from 0 to 999.' },
    check: ifGiven(technologyCode, (subject) => {
      const outcome = range(technologyCode, 0, 999)(subject);
      return outcome.result === 'pass' && !Number.isInteger(technologyCode(subject))
        ? fail(shownText(technologyCode(subject)))
        : outcome;
    }),
  },
  {
    code: 'I15a',
    severity: 'warning',
    title: "The technology code is in the FCC's lists.",
    pointer: `${onLabel}/technologyCode`,
    messages: {
      fail: 'The technology code {0} is not known; known codes are {1}.',
    },
    check: ifGiven(technologyCode, oneOfValues(technologyCode, knownTechnologies)),
  },
  {
    code: 'I16',
    severity: 'error',
    title: 'The stated total is the monthly price with the mandatory monthly fees, to half a cent.',
    pointer: `${onLabel}/allInMonthlyPrice`,
    messages: {
      missing: 'A total is stated, but the monthly price is missing.',
      fail: 'The stated total is {0}, but the monthly price and the mandatory monthly fees add up to {1}.',
    },
    check: label.totalAddsUp,
  },
  {
    code: 'I17',
    severity: 'warning',
    title: 'Every version of the label is kept for two years after the last sale.',
    pointer: `${onLabel}/url`,
    proposedForRepeal: true,
    messages: {
      needsReview:
        'Versions of the label that Offerdock draws are kept. Whether those at {0} are kept cannot be checked.',
    },
    check: label.isArchived,
  },
  {
    code: 'I17a',
    ...duty(
      'labelInAccountPortal',
      'Customers see the label of their plan in their account portal.',
      'The label is not shown in the account portal.',
    ),
  },
  {
    code: 'I17b',
    ...duty(
      'labelReadOutByPhone',
      'In sales by phone, the label is read out.',
      'The label is not read out in sales by phone.',
    ),
  },
  {
    code: 'I18',
    severity: 'warning',
    title: 'The label can be published in the machine-readable file.',
    pointer: `${onLabel}/uniquePlanId`,
    proposedForRepeal: true,
    messages: {
      missing: 'The label cannot be in the machine-readable file without {0}.',
      fail: 'The label cannot be in the machine-readable file with the plan identifier {0}.',
    },
    check: label.fitsTheFile,
  },
];
