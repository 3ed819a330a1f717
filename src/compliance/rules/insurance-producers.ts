import { checksOf, ifGiven, pattern, required } from '../engine/checks.js';
import { licensePerState, licensesLast } from '../engine/licenses.js';
import type { RuleSet } from '../engine/rule-set.js';
import { complianceOf, readerOf } from '../engine/values.js';
import * as producer from './insurance-checks.js';

const compliance = '/complianceData';
const naicCode = readerOf(`${compliance}/naicCode`);
const serff = readerOf(`${compliance}/serffTrackingNumber`);

/** State licenses of insurance producers, and what insurance offers must disclose. */
export const insuranceProducers: RuleSet = {
  id: 'us-state-insurance-producers',
  version: '2024-01-01',
  title: 'State rules for insurance offers and producers',
  jurisdiction: 'US',
  category: 'insurance',
  effectiveFrom: '2024-01-01',
  effectiveTo: null,
  citation: 'State insurance laws',
  source:
    'State licensing laws; NAIC and NIPR for the forms of numbers, which are hints only. Laws that are older apply from the first day of the rule set.',
  scope: 'All offers of category insurance.',
  applies: () => true,
  resellerRequirement: {
    code: 'N10',
    title:
      "Anyone who transacts insurance, rather than only referring customers, is licensed in the customer's state.",
    citation: 'State insurance laws',
  },
  resellerLicenses: (subject) => {
    if (complianceOf(subject).referralOnly === true) return [];
    const kind = producer.producerLicenseKind;
    return subject.states === null
      ? [kind]
      : producer.producerStatesOf(subject).map((state) => `${kind}:${state}`);
  },
  checks: checksOf('State insurance laws', [
    {
      code: 'N01',
      severity: 'error',
      title: 'The company that underwrites the policy is named.',
      pointer: `${compliance}/underwriterName`,
      messages: { missing: 'The legal name of the underwriter is missing.' },
      check: required(readerOf(`${compliance}/underwriterName`)),
    },
    {
      code: 'N02',
      severity: 'error',
      title: 'The NAIC company code is stated.',
      pointer: `${compliance}/naicCode`,
      messages: { missing: 'The NAIC company code is missing.' },
      check: required(naicCode),
    },
    {
      code: 'N02a',
      severity: 'warning',
      title: 'The NAIC company code has five digits.',
      pointer: `${compliance}/naicCode`,
      messages: { fail: 'The NAIC company code is {0}; usually, it has five digits, with leading zeros.' },
      check: ifGiven(naicCode, pattern(naicCode, /^\d{5}$/)),
    },
    {
      code: 'N03',
      severity: 'error',
      title: 'The National Producer Number (NPN) is stated.',
      pointer: `${compliance}/producerNpn`,
      messages: { missing: 'The National Producer Number (NPN) is missing.' },
      check: required(producer.producerNumberOf),
    },
    {
      code: 'N03a',
      severity: 'warning',
      title: 'The National Producer Number has 1 to 10 digits.',
      pointer: `${compliance}/producerNpn`,
      messages: { fail: 'The National Producer Number is {0}; usually, it has 1 to 10 digits.' },
      check: ifGiven(producer.producerNumberOf, pattern(producer.producerNumberOf, /^\d{1,10}$/)),
    },
    {
      code: 'N04',
      severity: 'error',
      title: 'The producer holds an unexpired license in each state of the service area.',
      pointer: `${compliance}/licenses`,
      messages: { missing: 'There is no license for {0}.', fail: 'Licenses have expired: {0}.' },
      check: licensePerState(producer.producerDemand),
    },
    {
      code: 'N04a',
      severity: 'warning',
      title: 'No license expires within 60 days.',
      pointer: `${compliance}/licenses`,
      messages: { fail: 'Licenses expire in less than 60 days: {0}.' },
      check: licensesLast(producer.producerDemand, 60),
    },
    {
      code: 'N04b',
      severity: 'warning',
      title: 'The lines of authority of the licenses fit the type of insurance.',
      pointer: `${compliance}/licenses`,
      messages: {
        missing: 'Lines of authority are given, but the type of insurance is missing.',
        fail: 'The lines of authority {0} of the license of {1} do not seem to fit {2}.',
      },
      check: producer.linesMatch,
    },
    {
      code: 'N05',
      severity: 'error',
      title: 'The underwriter has appointed the producer in each state of the service area.',
      pointer: `${compliance}/appointedStates`,
      messages: { missing: 'It is not attested that the producer is appointed in {0}.' },
      check: producer.isAppointed,
    },
    {
      code: 'N06',
      severity: 'error',
      title: 'The premium and its term are stated.',
      pointer: '/serviceSpecificData/premiumTermMonths',
      messages: {
        missing: 'The offer lacks {0}.',
        fail: 'The term of the premium is {0} months; it must be at least 1.',
      },
      check: producer.statesPremium,
    },
    {
      code: 'N06a',
      severity: 'warning',
      title: 'The term of the premium is 6 or 12 months.',
      pointer: '/serviceSpecificData/premiumTermMonths',
      messages: { fail: 'The term of the premium is {0} months; usually, it is 6 or 12.' },
      check: producer.termIsUsual,
    },
    {
      code: 'N06b',
      severity: 'error',
      title:
        'The monthly payments add up to the premium of the term, apart from rounding and installment fees.',
      pointer: `${compliance}/termPremium`,
      messages: {
        missing: 'The premium of the term is given, but the term is missing (`premiumTermMonths`).',
        fail: '{0} monthly payments add up to {1}, but the premium of the term is {2}.',
      },
      check: producer.paymentsAddUp,
    },
    {
      code: 'N07',
      severity: 'error',
      title: 'The number of the policy form is stated.',
      pointer: `${compliance}/policyFormNumber`,
      messages: { missing: 'The number of the policy form is missing.' },
      check: required(readerOf(`${compliance}/policyFormNumber`)),
    },
    {
      code: 'N07a',
      severity: 'warning',
      title: 'The SERFF tracking number has its usual form.',
      pointer: `${compliance}/serffTrackingNumber`,
      messages: { fail: 'The SERFF tracking number is {0}; usually, it looks like ABCD-123456789.' },
      check: ifGiven(serff, pattern(serff, /^[A-Z]{4}-\d{9}$/)),
    },
    {
      code: 'N08',
      severity: 'error',
      title: 'In California, offers show the license number of the producer and the word "insurance".',
      pointer: `${compliance}/disclosureText`,
      citation: 'California Insurance Code 1725.5',
      messages: {
        missing:
          'Texts that customers see must contain the California license number, but there is no license.',
        fail: 'The texts that customers see do not contain both the California license number {0} and the word "insurance"; add them to `complianceData.disclosureText`.',
      },
      check: producer.showsCaliforniaLicense,
    },
    {
      code: 'N09',
      severity: 'error',
      title: 'An offer of an insurer that is not admitted discloses surplus lines.',
      pointer: `${compliance}/surplusLinesDisclosure`,
      messages: { missing: 'The insurer is not admitted, but the disclosure for surplus lines is missing.' },
      check: producer.disclosesSurplusLines,
    },
  ]),
};
