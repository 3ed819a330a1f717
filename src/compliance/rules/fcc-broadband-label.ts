import { checksOf, httpsUrl, when } from '../engine/checks.js';
import type { RuleSet, Subject } from '../engine/rule-set.js';
import { complianceOf, type Reader } from '../engine/values.js';
import * as label from './fcc-label-checks.js';
import { termsOfLabel } from './fcc-label-terms.js';

const compliance = '/complianceData';
const onLabel = `${compliance}/broadbandLabel`;

const contractRequired = ({ offer }: Subject) => offer.contract?.required === true;
const termsUrl: Reader = (subject) =>
  subject.offer.contract?.termsUrl ?? complianceOf(subject).contractTermsUrl;

/** FCC broadband consumer label. */
export const fccBroadbandRules: RuleSet = {
  id: 'us-fcc-broadband-label',
  version: '2024-10-10',
  title: 'FCC broadband consumer label',
  jurisdiction: 'US',
  category: 'internet',
  effectiveFrom: '2024-10-10',
  effectiveTo: null,
  citation: '47 CFR 8.1(a)',
  source:
    'FCC 22-86. FCC 25-74 (90 FR 55713, 3 December 2025) proposes to repeal the items marked accordingly; no final rule was found on 27 November 2026.',
  scope: 'Fixed and mobile internet services for the mass market; `complianceData.massMarket` is not false.',
  applies: (subject) => complianceOf(subject).massMarket !== false,
  checks: checksOf('47 CFR 8.1(a)', [
    {
      code: 'I01',
      severity: 'error',
      title: 'The label says whether the service is fixed or mobile.',
      pointer: `${compliance}/connection`,
      messages: {
        missing: 'Neither the connection (Fixed or Mobile) nor a technology is given.',
        fail: 'The connection is Mobile, but the service data says {0}, which is a fixed connection.',
      },
      check: label.statesConnection,
    },
    {
      code: 'I02',
      severity: 'error',
      title: "The provider's FCC registration number (FRN) has 10 digits.",
      pointer: `${compliance}/fccRegistrationNumber`,
      messages: {
        missing:
          'The FCC registration number is missing: in the offer, in a license of kind fcc_registration, or in the plan identifier.',
        fail: 'The FCC registration number {0} does not consist of 10 digits. Leading zeros belong to it.',
      },
      check: label.hasRegistrationNumber,
    },
    {
      code: 'I03',
      severity: 'error',
      title: 'The label has a unique plan identifier.',
      pointer: `${onLabel}/uniquePlanId`,
      messages: {
        missing: 'The unique plan identifier is missing.',
        fail: 'The plan identifier {0} is not F or M, 10 digits, and 1 to 15 capital letters and digits.',
      },
      check: label.hasPlanId,
    },
    {
      code: 'I03a',
      severity: 'error',
      title: 'The plan identifier contains the FCC registration number.',
      pointer: `${onLabel}/uniquePlanId`,
      messages: { fail: 'The plan identifier contains the registration number {0} instead of {1}.' },
      check: label.planIdHasRegistration,
    },
    {
      code: 'I03b',
      severity: 'error',
      title: 'The plan identifier begins with F for fixed and M for mobile services.',
      pointer: `${onLabel}/uniquePlanId`,
      messages: { fail: 'The plan identifier begins with {0}, but the service is {1}.' },
      check: label.planIdFitsConnection,
    },
    {
      code: 'I03c',
      severity: 'warning',
      title: 'The part of the plan identifier after the registration number has exactly 15 characters.',
      pointer: `${onLabel}/uniquePlanId`,
      messages: { fail: 'The part of the plan identifier after the registration number has {0} characters.' },
      check: label.planIdIsFull,
    },
    {
      code: 'I04',
      severity: 'error',
      title: 'The label shows the regular monthly price of the offer.',
      pointer: '/monthlyPrice',
      messages: {
        missing: 'The monthly price is missing.',
        fail: 'The label states a monthly price of {0}, but the offer costs {1}.',
      },
      check: label.showsMonthlyPrice,
    },
    {
      code: 'I05',
      severity: 'error',
      title: 'An introductory price has a length in months and a price afterwards.',
      pointer: '/introductory',
      messages: {
        missing: 'The offer has an introductory price, but {0} is missing.',
        fail: 'The introductory price applies for {0} months; it must be at least 1.',
      },
      check: label.hasPriceAfterIntroduction,
    },
    {
      code: 'I05a',
      severity: 'warning',
      title: 'The price after the introduction is not lower than the introductory price.',
      pointer: '/introductory/monthlyPrice',
      messages: { fail: 'The regular price {0} is lower than the introductory price {1}.' },
      check: label.introductionIsCheaper,
    },
    {
      code: 'I06',
      severity: 'error',
      title: 'The label says whether the price requires a contract, and its length.',
      pointer: '/contract',
      messages: {
        missing: 'It is not stated whether the price requires a contract.',
        fail: 'The price requires a contract, but its length is 0 months.',
      },
      check: label.statesContract,
    },
    {
      code: 'I06a',
      severity: 'error',
      title: 'The terms of a required contract are published.',
      pointer: '/contract/termsUrl',
      messages: {
        missing: 'The price requires a contract, but the address of its terms is missing.',
        fail: 'The terms of the contract are at {0}, which is not an absolute https URL.',
      },
      check: when(contractRequired, httpsUrl(termsUrl)),
    },
    {
      code: 'I07',
      severity: 'error',
      title: 'The label lists the monthly fees, each with its own name.',
      pointer: '/monthlyFees',
      messages: {
        missing: 'The monthly fees are not stated; send an empty list if there are none.',
        fail: 'Two monthly fees have the name {0}.',
      },
      check: label.feeNamesAreUnique('monthlyFees'),
    },
    {
      code: 'I07a',
      severity: 'warning',
      title: 'Pass-through fees are itemized, even if they depend on the location.',
      pointer: '/monthlyFees',
      proposedForRepeal: true,
      messages: { fail: 'The fee "{0}" combines several pass-through fees.' },
      check: label.passThroughFeesAreItemized,
    },
    {
      code: 'I08',
      severity: 'error',
      title: 'The label lists the one-time fees, each with its own name.',
      pointer: '/oneTimeFees',
      messages: {
        missing: 'The one-time fees are not stated; send an empty list if there are none.',
        fail: 'Two one-time fees have the name {0}.',
      },
      check: label.feeNamesAreUnique('oneTimeFees'),
    },
    {
      code: 'I09',
      severity: 'error',
      title: 'The label states the fee for ending the contract early, even if it is 0.',
      pointer: '/fees/earlyTerminationFee',
      messages: {
        missing: 'The fee for ending the contract early is missing; it is 0 if there is none.',
        fail: 'The fee for ending the contract early is {0}, which is not an amount.',
      },
      check: label.statesTerminationFee,
    },
    {
      code: 'I09a',
      severity: 'warning',
      title: 'Without a contract, there is no fee for ending it.',
      pointer: '/fees/earlyTerminationFee',
      messages: { fail: 'The fee for ending the contract early is {0}, but no contract is required.' },
      check: label.noTerminationFeeWithoutContract,
    },
    ...termsOfLabel,
  ]),
};
