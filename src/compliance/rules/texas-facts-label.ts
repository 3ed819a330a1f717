import { checksOf, linkTo, oneOfValues, required } from '../engine/checks.js';
import type { RuleSet } from '../engine/rule-set.js';
import { readerOf } from '../engine/values.js';
import * as texas from './texas-checks.js';

const compliance = '/complianceData';
const facts = `${compliance}/electricityFactsLabel`;

/** Texas Electricity Facts Label. */
export const texasFactsLabel: RuleSet = {
  id: 'us-tx-electricity-facts-label',
  version: '2026-02-06',
  title: 'Texas Electricity Facts Label',
  jurisdiction: 'US-TX',
  category: 'energy',
  effectiveFrom: '2024-01-01',
  effectiveTo: null,
  citation: '16 TAC 25.475(g)',
  source:
    'Texas Administrative Code, title 16, 25.475, 25.107 and 25.112; published labels of December 2025 to May 2026. Rules that are older apply from the first day of the rule set.',
  scope: 'Electricity in Texas, by the service area or the delivery utility.',
  data: { utilities: texas.texasUtilities },
  applies: texas.isTexanElectricity,
  resellerRequirement: {
    code: 'E13',
    title:
      'Anyone who brokers electricity in Texas for compensation is registered with the PUCT as a broker.',
    citation: '16 TAC 25.112(a)',
  },
  resellerLicenses: () => ['puct_broker'],
  checks: checksOf('16 TAC 25.475(g)', [
    {
      code: 'E01',
      severity: 'error',
      title: 'The offer states that it is for electricity, and is available in Texas.',
      pointer: '/serviceSpecificData/energyType',
      messages: {
        missing: 'The type of energy is missing.',
        fail: 'The utility {0} is in Texas, but the service area does not include Texas.',
      },
      check: texas.isElectricityInTexas,
    },
    {
      code: 'E02',
      severity: 'error',
      title:
        'The label names the retail electric provider with its certified name, addresses and phone with hours.',
      pointer: `${compliance}/rep`,
      messages: {
        missing: 'The data of the retail electric provider lacks {0}.',
        fail: 'The phone number of the retail electric provider is {0}; it must have 10 digits, or 11 with a leading 1.',
      },
      check: texas.namesTheRep,
    },
    {
      code: 'E02a',
      severity: 'warning',
      title: 'The phone number of the retail electric provider is toll-free.',
      pointer: `${compliance}/rep/phone`,
      messages: { fail: 'The phone number {0} does not seem to be toll-free.' },
      check: texas.phoneIsTollFree,
    },
    {
      code: 'E03',
      severity: 'error',
      title: 'The label states the number of the PUCT certificate, which has not expired.',
      pointer: `${compliance}/puctCertNumber`,
      citation: '16 TAC 25.107',
      messages: {
        missing:
          'The number of the PUCT certificate is missing: in the offer, or in a license of kind puct_rep.',
        fail: 'The license {0} expired on {1}.',
      },
      check: texas.hasCertificate,
    },
    {
      code: 'E03a',
      severity: 'warning',
      title: 'The number of the PUCT certificate has five digits.',
      pointer: `${compliance}/puctCertNumber`,
      citation: '16 TAC 25.107',
      messages: { fail: 'The number of the PUCT certificate is {0}; usually, it has five digits.' },
      check: texas.certificateHasForm,
    },
    {
      code: 'E04',
      severity: 'error',
      title:
        'The label says whether the price is fixed or variable; a fixed one has a term of at least 3 months.',
      pointer: '/serviceSpecificData/rateType',
      citation: '16 TAC 25.475(b), (g)',
      messages: {
        missing: 'The type of the product is incomplete: {0} is missing.',
        fail: 'The price is fixed, but the term is {0} months; it must be at least 3.',
      },
      check: texas.statesProductType,
    },
    {
      code: 'E04a',
      severity: 'warning',
      title: 'The price for residential customers does not follow a wholesale index.',
      pointer: '/serviceSpecificData/rateType',
      citation: 'HB 16 (2021)',
      messages: { fail: 'The price follows an index, which may not be offered to residential customers.' },
      check: texas.residentialIsNotIndexed,
    },
    {
      code: 'E05',
      severity: 'error',
      title:
        'The label states average prices with one decimal place at 500, 1,000 and 2,000 kWh, or for small businesses at 1,500, 2,500 and 3,500 kWh.',
      pointer: facts,
      messages: {
        missing: 'The average price at {0} kWh is missing.',
        fail: 'The average price of {0} cents at {1} kWh has more than one decimal place.',
      },
      check: texas.statesAverages,
    },
    {
      code: 'E06',
      severity: 'error',
      title: 'The average prices follow from the charges, to a tenth of a cent.',
      pointer: facts,
      messages: {
        missing: 'The charges that determine the average prices are missing (`serviceSpecificData.charges`).',
        fail: 'The label states {0} cents at {1} kWh, but the charges result in {2} cents.',
        needsReview:
          'The average prices cannot be computed: they depend on a load factor, or the charges have an unknown form.',
      },
      check: texas.averagesFollowFromCharges,
    },
    {
      code: 'E07',
      severity: 'warning',
      title: 'The bill does not jump at any usage.',
      pointer: '/serviceSpecificData/charges',
      messages: {
        fail: 'At {0} kWh, the bill jumps by {1}.',
        needsReview:
          'The average prices are {0}, {1} and {2} cents: the dip at 1,000 kWh suggests a credit at this usage.',
      },
      check: texas.priceHasNoCliff,
    },
    {
      code: 'E08',
      severity: 'error',
      title: 'The label states the term of the contract.',
      pointer: '/contract/months',
      messages: {
        missing: 'The term of the contract is missing; it is 0 months if there is none.',
        fail: 'The contract has {0} months, but `contractLengthMonths` is {1}.',
      },
      check: texas.statesTerm,
    },
    {
      code: 'E08a',
      severity: 'error',
      title: 'The label states the fee for ending the contract early.',
      pointer: '/fees/earlyTerminationFee',
      messages: {
        missing: 'The fee for ending the contract early is missing; it is 0 if there is none.',
        fail: 'The fee for ending the contract early is {0}, which is not an amount.',
      },
      check: texas.statesEnergyTerminationFee,
    },
    {
      code: 'E08b',
      severity: 'error',
      title: 'The label lists the minimum usage fee and the other fees that do not recur.',
      pointer: '/oneTimeFees',
      messages: {
        missing: 'Other fees are not stated; send an empty list of one-time fees if there are none.',
        fail: 'The plan has fees or credits for a minimum usage, but does not list them.',
      },
      check: texas.listsOtherFees,
    },
    {
      code: 'E09',
      severity: 'error',
      title: 'The label states the renewable content.',
      pointer: `${facts}/renewablePercent`,
      messages: {
        missing: 'The renewable content is missing.',
        fail: 'The renewable content is {0} percent, which contradicts {1}.',
      },
      check: texas.statesRenewableShare,
    },
    {
      code: 'E09a',
      severity: 'error',
      title: 'The label states the statewide average of the renewable content.',
      pointer: `${facts}/stateAverageRenewablePercent`,
      messages: { missing: 'The statewide average of the renewable content is missing.' },
      check: required(readerOf(`${facts}/stateAverageRenewablePercent`)),
    },
    { code: 'E10', ...linkTo(`${facts}/url`, 'the Electricity Facts Label') },
    { code: 'E10a', ...linkTo(`${compliance}/termsOfServiceUrl`, 'the terms of service') },
    { code: 'E10b', ...linkTo(`${compliance}/yourRightsUrl`, '"Your Rights as a Customer"') },
    {
      code: 'E10c',
      ...linkTo(`${compliance}/prepaidDisclosureUrl`, 'the prepaid disclosure statement'),
      title: 'For a prepaid plan, there is a link to the prepaid disclosure statement.',
      check: texas.hasPrepaidDisclosure,
    },
    {
      code: 'E10d',
      severity: 'error',
      title: 'The terms of service have a version number.',
      pointer: `${compliance}/termsOfServiceVersion`,
      citation: '16 TAC 25.475(f)(9)',
      messages: { missing: 'The version number of the terms of service is missing.' },
      check: required(readerOf(`${compliance}/termsOfServiceVersion`)),
    },
    {
      code: 'E11',
      severity: 'error',
      title: 'The label names a delivery utility of competitive Texas.',
      pointer: '/serviceSpecificData/utility',
      messages: {
        missing: 'The delivery utility is missing.',
        fail: 'The utility {0} is not one of {1}.',
      },
      check: oneOfValues(readerOf('/serviceSpecificData/utility'), texas.texasUtilities),
    },
    {
      code: 'E12',
      severity: 'error',
      title: 'Customers get a notice at least 14 days before the contract ends or changes.',
      pointer: `${compliance}/changeNoticeDays`,
      citation: '16 TAC 25.475(f)(7)',
      messages: {
        missing: 'It is not stated how many days before a change customers get a notice.',
        fail: 'Customers get a notice {0} days before a change; it must be at least 14.',
      },
      check: texas.givesNotice,
    },
  ]),
};
