import { assess } from '../../src/compliance/engine/assess.js';
import { builtInRuleSets } from '../../src/compliance/rules/all-rule-sets.js';
import { texasFactsLabel } from '../../src/compliance/rules/texas-facts-label.js';
import { priceAt } from '../../src/offers/pricing/energy-bill.js';
import { subjectWith, testRuleSet, type RuleCase } from '../support/rule-cases.js';

const compliance = (values: object): RuleCase =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`complianceData.${key}`, value]));
const service = (values: object): RuleCase =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`serviceSpecificData.${key}`, value]));

/** Charges of an Electricity Facts Label: cents per kWh of energy and delivery, and dollars per month of delivery. */
const charges = (energy: number, deliveryCentsPerKwh: number, deliveryMonthly: number) => ({
  energy: [{ fromKwh: 0, centsPerKwh: energy }],
  deliveryCentsPerKwh,
  deliveryMonthly,
});
const timeOfUse = {
  ...charges(0, 6.4665, 7.85),
  energy: [
    { fromKwh: 0, centsPerKwh: 6.015, sharePercent: 77 },
    { fromKwh: 0, centsPerKwh: 16.513, sharePercent: 23 },
  ],
};
const residential = [500, 1000, 2000];
const commercial = [1500, 2500, 3500];

/** Averages that published Electricity Facts Labels state (December 2025 to May 2026). */
const published = [
  ['Spark, Oncor', charges(22.99, 5.6183, 4.23), residential, [29.5, 29, 28.8]],
  ['Spark, AEP North', charges(22.99, 5.6677, 3.24), residential, [29.3, 29, 28.8]],
  ['Spark, AEP North, small business', charges(22.99, 4.3959, 5.66), commercial, [27.8, 27.6, 27.5]],
  ['Champion, Oncor', charges(14.3, 5.6032, 4.23), residential, [20.7, 20.3, 20.1]],
  ['Champion, TNMP', charges(12.9, 7.237, 7.85), residential, [21.7, 20.9, 20.5]],
  ['time of use, TNMP', timeOfUse, residential, [16.5, 15.7, 15.3]],
] as const;

const averages = (usages: readonly number[], cents: readonly (number | undefined)[]) =>
  Object.fromEntries(usages.map((usage, index) => [`avgPrice${usage}kwh`, cents[index]]));
const stated = (...cents: (number | undefined)[]) =>
  compliance(
    Object.fromEntries(
      Object.entries(averages(residential, cents)).map(([key, value]) => [
        `electricityFactsLabel.${key}`,
        value,
      ]),
    ),
  );

const power = {
  name: 'Champ Saver 12',
  category: 'energy',
  contract: { months: 12, required: true },
  fees: { earlyTerminationFee: 150 },
  oneTimeFees: [],
  serviceSpecificData: {
    energyType: 'electricity',
    rateType: 'fixed',
    contractLengthMonths: 12,
    utility: 'ONCOR',
    renewablePercentage: 26,
    prepaid: false,
    charges: charges(14.3, 5.6032, 4.23),
  },
  complianceData: {
    electricityFactsLabel: {
      url: 'https://power.example/efl.pdf',
      ...averages(residential, [20.7, 20.3, 20.1]),
      renewablePercent: 26,
      stateAverageRenewablePercent: 33,
    },
    puctCertNumber: '10098',
    rep: {
      certifiedName: 'Champion Energy Services LLC',
      mailingAddress: 'PO Box 1, Houston, TX 77001',
      email: 'care@power.example',
      url: 'https://power.example',
      phone: '1 (877) 653-5090',
      phoneHours: 'Monday to Friday, 8 a.m. to 6 p.m. Central Time',
    },
    termsOfServiceUrl: 'https://power.example/tos.pdf',
    termsOfServiceVersion: 'TOS-2026-01',
    yourRightsUrl: 'https://power.example/yrac.pdf',
    changeNoticeDays: 14,
  },
  $states: ['TX'],
};
const rep = (key: string, value: unknown) => compliance({ [`rep.${key}`]: value });
const certificate = (number: string, expiresOn: string | null, holder: string | null = null) => ({
  kind: 'puct_rep',
  state: 'TX',
  number,
  holder,
  expiresOn,
});
const noCertNumber = compliance({ puctCertNumber: undefined });
const document = (key: string) => ({
  pass: {},
  fail: { ...compliance({ [key]: 'http://power.example' }), $args: ['http://power.example'] },
  missing: compliance({ [key]: undefined }),
});
const credit = (fromKwh: number, toKwh?: number) =>
  service({ charges: { ...power.serviceSpecificData.charges, credits: [{ fromKwh, toKwh, amount: 50 }] } });
const business = {
  ...service({ customerClass: 'small_commercial', charges: published[2][1] }),
  ...compliance(
    Object.fromEntries(
      Object.entries(averages(commercial, published[2][3])).map(([key, value]) => [
        `electricityFactsLabel.${key}`,
        value,
      ]),
    ),
  ),
};

testRuleSet(texasFactsLabel, power, {
  E01: {
    pass: [{}, { $states: null }],
    fail: { $states: ['OK'], $args: ['ONCOR'] },
    missing: service({ energyType: undefined }),
  },
  E02: {
    pass: [{}, { ...rep('certifiedName', undefined), $licenses: [certificate('10098', null, 'Champion')] }],
    fail: { ...rep('phone', '555-0100'), $args: ['555-0100'] },
    missing: [
      { ...rep('certifiedName', undefined), ...rep('email', ' '), $args: ['certifiedName and email'] },
      compliance({ rep: undefined }),
    ],
  },
  E02a: {
    pass: {},
    fail: rep('phone', '713-555-0100'),
    notApplicable: rep('phone', undefined),
    never: { missing: 'E02 reports a missing number' },
  },
  E03: {
    pass: [{}, { ...noCertNumber, $licenses: [certificate('10098', '2026-11-28')] }],
    fail: { $licenses: [certificate('10098', '2026-11-27')], $args: ['10098', '2026-11-27'] },
    missing: noCertNumber,
  },
  E03a: {
    pass: {},
    fail: { ...compliance({ puctCertNumber: '1009' }), $args: ['1009'] },
    notApplicable: noCertNumber,
    never: { missing: 'E03 reports a missing number' },
  },
  E04: {
    pass: [
      {},
      service({ rateType: 'variable', contractLengthMonths: 0 }),
      { contract: null, ...service({ contractLengthMonths: 3 }) },
    ],
    fail: { contract: null, ...service({ contractLengthMonths: 2 }), $args: [2] },
    missing: [
      { ...service({ rateType: undefined }), $args: ['rateType'] },
      { contract: null, ...service({ contractLengthMonths: undefined }), $args: ['contractLengthMonths'] },
    ],
  },
  E04a: {
    pass: {},
    fail: service({ rateType: 'indexed' }),
    notApplicable: [
      service({ rateType: undefined }),
      service({ rateType: 'indexed', customerClass: 'small_commercial' }),
    ],
    never: { missing: 'E04 reports a missing type' },
  },
  E05: {
    pass: [{}, business],
    fail: { ...stated(20.7, 20.25, 20.1), $args: ['20.25', 1000] },
    missing: [
      { ...stated(20.7, undefined, undefined), $args: ['1000 and 2000'] },
      service({ customerClass: 'small_commercial' }),
    ],
  },
  E06: {
    // 14.3 + 5.6032 + 4.23 / 5 = 20.7492, rounded to 20.7. A difference of one tenth is allowed, two are not.
    pass: [{}, stated(20.8, 20.2, 20.1), business],
    fail: [
      { ...stated(20.9, 20.3, 20.1), $args: [20.9, 500, 20.7] },
      stated(20.7, 20.3, 19.9),
      { ...business, ...compliance({ 'electricityFactsLabel.avgPrice3500kwh': 27.3 }) },
    ],
    missing: service({ charges: undefined }),
    needsReview: { ...business, ...service({ demandMeter: true }) },
    notApplicable: stated(undefined, undefined, undefined),
  },
  E07: {
    pass: [{}, { ...service({ charges: undefined }), ...stated(17.2, 12.9, 12.5) }],
    fail: [
      { ...credit(1000, 1999), $args: [1000, '50.00'] },
      { ...credit(0, 499), $args: [499, '50.00'] },
      service({
        charges: {
          ...power.serviceSpecificData.charges,
          minimumUsageFee: { belowKwh: 1000, amount: 9.95 },
        },
      }),
    ],
    needsReview: {
      ...service({ charges: undefined }),
      ...stated(17.2, 10.7, 12.5),
      $args: [17.2, 10.7, 12.5],
    },
    notApplicable: { ...service({ charges: undefined }), ...stated(17.2, undefined, 12.5) },
    never: { missing: 'E05 and E06 report missing prices' },
  },
  E08: {
    pass: [{}, { contract: null }],
    fail: { ...service({ contractLengthMonths: 24 }), $args: [12, 24] },
    missing: { contract: null, ...service({ contractLengthMonths: undefined }) },
  },
  E08a: {
    pass: [
      {},
      { fees: null, contract: { months: 12, required: true, earlyTerminationFeePerRemainingMonth: 20 } },
      { fees: null, contract: null, ...service({ contractLengthMonths: 0 }) },
      { fees: null, ...service({ cancelFee: '$20 per month remaining' }) },
    ],
    fail: { 'fees.earlyTerminationFee': -1 },
    missing: { fees: null },
  },
  E08b: {
    pass: [
      {},
      { oneTimeFees: null },
      { oneTimeFees: null, fees: null, ...compliance({ 'electricityFactsLabel.otherFees': 'None' }) },
    ],
    fail: service({ minimumUsageFeesOrCredits: true }),
    missing: { oneTimeFees: null, fees: null },
  },
  E09: {
    pass: [{}, service({ renewablePercentage: undefined })],
    fail: [service({ renewablePercentage: 25 }), service({ renewablePercentage: 101 })],
    missing: {
      ...service({ renewablePercentage: undefined }),
      ...compliance({ 'electricityFactsLabel.renewablePercent': undefined }),
    },
  },
  E09a: {
    pass: {},
    missing: compliance({ 'electricityFactsLabel.stateAverageRenewablePercent': undefined }),
    never: { fail: 'the statewide average changes every year, and is not known here' },
  },
  E10: document('electricityFactsLabel.url'),
  E10a: document('termsOfServiceUrl'),
  E10b: document('yourRightsUrl'),
  E10c: {
    pass: {
      ...service({ prepaid: true }),
      ...compliance({ prepaidDisclosureUrl: 'https://power.example/pds.pdf' }),
    },
    fail: service({ prepaid: true, prepaidUrl: 'http://power.example/pds.pdf' }),
    missing: service({ prepaid: true }),
    notApplicable: {},
  },
  E10d: {
    pass: {},
    missing: compliance({ termsOfServiceVersion: undefined }),
    never: { fail: 'any text can be a version' },
  },
  E11: {
    pass: [{}, service({ utility: 'LPL' })],
    fail: service({ utility: 'AUSTIN_ENERGY' }),
    missing: service({ utility: undefined }),
  },
  E12: {
    pass: {},
    fail: { ...compliance({ changeNoticeDays: 13 }), $args: ['13'] },
    missing: compliance({ changeNoticeDays: undefined }),
  },
});

it.each(published)('the averages of %s follow from its charges', (_, given, usages, cents) => {
  expect(usages.map((usage) => priceAt(given, usage, 'USD').centsPerKwh)).toEqual(cents);
});

const assessed = (base: object, changes: RuleCase = {}) =>
  assess(subjectWith(base as Record<string, unknown>, changes), builtInRuleSets);

it('a complete offer of electricity is compliant', () => {
  expect(assessed(power)).toMatchObject({
    status: 'compliant',
    ruleSets: ['us-tx-electricity-facts-label@2026-02-06', 'offer-data@2024-01-01'],
    findings: [],
    validUntil: null,
  });
});

it('E13: resellers of electricity in Texas are registered brokers', () => {
  expect(assessed(power).resellerLicenses).toEqual(['puct_broker']);
  for (const changes of [service({ energyType: 'gas' }), { $states: ['OK'], ...service({ utility: 'OGE' }) }])
    expect(assessed(power, changes)).toMatchObject({ status: 'unknown', resellerLicenses: [] });
});
