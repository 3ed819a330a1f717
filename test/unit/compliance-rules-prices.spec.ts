import { assess } from '../../src/compliance/engine/assess.js';
import { builtInRuleSets } from '../../src/compliance/rules/all-rule-sets.js';
import { fccAllInPrice } from '../../src/compliance/rules/fcc-all-in-price.js';
import { generalData } from '../../src/compliance/rules/general-data.js';
import { mandatoryFees } from '../../src/compliance/rules/mandatory-fees.js';
import { subjectWith, testRuleSet, type RuleCase } from '../support/rule-cases.js';

const compliance = (values: object): RuleCase =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`complianceData.${key}`, value]));
const service = (values: object): RuleCase =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`serviceSpecificData.${key}`, value]));

const cable = {
  name: 'Family TV',
  category: 'television',
  monthlyPrice: 84.5,
  introductory: { monthlyPrice: 64.5, months: 12 },
  monthlyFees: [{ name: 'Set-top box', amount: 9, kind: 'equipment', mandatory: false }],
  serviceSpecificData: { serviceType: 'cable' },
  complianceData: {
    allInMonthlyPrice: 84.5,
    programmingBasePrice: 60,
    retransmissionFees: 18,
    regionalSportsFees: 6.5,
    otherProgrammingFees: 0,
    promotionEndDate: '2027-06-30',
  },
  $states: ['TX'],
};
const noParts = compliance({
  programmingBasePrice: undefined,
  retransmissionFees: undefined,
  regionalSportsFees: undefined,
  otherProgrammingFees: undefined,
});
const noAllIn = compliance({ allInMonthlyPrice: undefined });
const range = (low?: number, high?: number) =>
  compliance({ allInMonthlyPriceLow: low, allInMonthlyPriceHigh: high });
const bundle = (changes: object) =>
  compliance({
    bundle: {
      price: 134.5,
      televisionAmount: 84.5,
      components: [
        { name: 'Internet', amount: 50 },
        { name: 'Television', amount: 84.5 },
      ],
      ...changes,
    },
  });
const outside = (name: string, mandatory = true) => ({
  monthlyFees: [{ name, amount: 5, kind: 'other', mandatory }],
});

testRuleSet(fccAllInPrice, cable, {
  T01: {
    pass: [{}, service({ serviceType: 'satellite' }), service({ serviceType: 'Cable' })],
    fail: { ...service({ serviceType: 'fibre' }), $args: ['fibre'] },
    missing: service({ serviceType: undefined }),
  },
  T02: {
    pass: [{}, { ...noAllIn, ...range(80, 90) }],
    fail: compliance({ allInMonthlyPrice: '84.50' }),
    missing: [noAllIn, { ...noAllIn, monthlyPrice: null }],
    notApplicable: { ...noAllIn, monthlyPrice: null, introductory: null },
  },
  T03: {
    // 60 + 18 + 6.50 = 84.50; a cent is allowed, one ten-thousandth more is not.
    pass: [{}, compliance({ allInMonthlyPrice: 84.51 }), compliance({ allInMonthlyPrice: 84.49 })],
    fail: [
      { ...compliance({ allInMonthlyPrice: 84.5101 }), $args: ['84.5101', '84.50'] },
      compliance({ allInMonthlyPrice: 84.4899 }),
      compliance({ otherProgrammingFees: 1 }),
    ],
    missing: [
      { ...compliance({ programmingBasePrice: undefined }), $args: ['programmingBasePrice'] },
      { ...noAllIn, $args: ['allInMonthlyPrice'] },
    ],
    notApplicable: noParts,
  },
  T04: {
    pass: [{}, { monthlyPrice: 85 }, { ...noAllIn, ...range(84.5, 90) }],
    fail: [
      { monthlyPrice: 84.49, $args: ['84.49', '84.50'] },
      { ...noAllIn, ...range(85, 90) },
      compliance({ programmingBasePrice: 90 }),
    ],
    missing: { monthlyPrice: null },
    notApplicable: noAllIn,
  },
  T05: {
    pass: [{}, outside('Regional sports fee', false)],
    fail: [{ ...outside('Broadcast TV fee'), $args: ['"Broadcast TV fee"'] }, outside('Regional Sports Fee')],
    notApplicable: { monthlyFees: null },
    never: { missing: 'there need not be fees' },
  },
  T06: {
    pass: [{}, compliance({ promotionEndDate: undefined }), { 'introductory.months': 0 }],
    fail: { 'introductory.months': 0, ...compliance({ promotionEndDate: undefined }) },
    missing: [
      { monthlyPrice: null, $args: ['monthlyPrice'] },
      { introductory: null, $args: ['introductory'] },
    ],
    notApplicable: { introductory: null, ...compliance({ promotionEndDate: undefined }) },
  },
  T06a: {
    pass: [{}, { $on: '2027-06-30' }],
    fail: { $on: '2027-07-01', $args: ['2027-06-30'] },
    notApplicable: compliance({ promotionEndDate: undefined }),
    never: { missing: 'the number of months can be stated instead' },
  },
  T07: {
    pass: [range(84.5, 84.5), range(80, 90), { ...noAllIn, ...range(80, 90) }],
    fail: [range(90, 80), { ...range(85, 90), $args: ['85.00', '90.00'] }],
    missing: [
      { ...range(80), $args: ['allInMonthlyPriceHigh'] },
      { ...range(undefined, 80), $args: ['allInMonthlyPriceLow'] },
    ],
    notApplicable: {},
  },
  T08: {
    pass: [bundle({}), bundle({ price: 134.51 })],
    fail: [
      { ...bundle({ price: 134.52 }), $args: ['134.52', '134.50'] },
      { ...bundle({ televisionAmount: 200 }), $args: ['134.50', '200.00'] },
    ],
    missing: [
      { ...bundle({ televisionAmount: undefined }), $args: ['televisionAmount'] },
      { ...bundle({ components: [] }), $args: ['components'] },
    ],
    notApplicable: {},
  },
});

const router = (amount: number) => ({ monthlyFees: [{ name: 'Router', amount, kind: 'equipment' }] });

testRuleSet(
  mandatoryFees,
  { name: 'Fibre', category: 'internet', monthlyPrice: 50, $states: ['CA', 'MN', 'TX'] },
  {
    G1: {
      pass: [{}, router(0)],
      fail: [
        { ...router(5), $args: ['55.00', '50.00', 'CA and MN'] },
        { ...router(5), $on: '2024-12-31', $args: ['55.00', '50.00', 'CA'] },
        { ...router(5), $states: null, $args: ['55.00', '50.00', 'CA, MN, MA and CO'] },
      ],
      missing: { monthlyPrice: null, $args: ['CA and MN'] },
      needsReview: { ...router(5), $states: ['OR', 'VA'], $args: ['OR and VA'] },
      notApplicable: [
        { ...router(5), $states: ['TX'] },
        { ...router(5), $states: ['CO'], $on: '2025-12-31' },
      ],
    },
  },
);

const area = (zipCodes: string[] | null, states: string[] | null, covered: string[]) => ({
  $area: { zipCodes, states },
  $states: covered,
});
const validFor = (from?: string, to?: string) => compliance({ validFor: { from, to } });

testRuleSet(
  generalData,
  { ...cable, $area: { zipCodes: null, states: ['TX'] } },
  {
    C01: { pass: {}, fail: { currency: 'XXX', $args: ['XXX'] }, missing: { currency: null } },
    C02: {
      pass: { 'contract.termsUrl': 'https://power.example/terms' },
      fail: { 'contract.termsUrl': 'http://power.example/terms', $args: ['contract.termsUrl'] },
      notApplicable: {},
      never: { missing: 'which documents are needed, the rules of the category say' },
    },
    C03: {
      pass: [validFor('2026-01-01', '2026-01-01'), validFor('2026-01-01')],
      fail: { ...validFor('2026-01-02', '2026-01-01'), $args: ['2026-01-02', '2026-01-01'] },
      missing: validFor(),
      notApplicable: {},
    },
    C03a: {
      pass: [validFor('2026-11-28', '2026-11-28'), validFor('2026-01-01')],
      fail: [validFor('2026-11-29'), validFor(undefined, '2026-11-27')],
      notApplicable: {},
      never: { missing: 'C03 reports a period without days' },
    },
    C04: {
      pass: [{}, { $area: null, $states: null }, area(['77001'], null, ['TX'])],
      fail: area(['00000'], null, []),
      missing: [area([], null, []), area(null, [], [])],
    },
  },
);

const assessed = (base: object, changes: RuleCase = {}) =>
  assess(subjectWith(base as Record<string, unknown>, changes), builtInRuleSets);

it('a complete offer of television is compliant until its promotion ends', () => {
  expect(assessed(cable)).toMatchObject({ status: 'compliant', findings: [], validUntil: '2027-07-01' });
});

it('streaming needs no all-in price', () => {
  expect(assessed(cable, service({ serviceType: 'streaming' }))).toMatchObject({
    status: 'unknown',
    findings: [],
  });
});
