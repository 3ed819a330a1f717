import { assess } from '../../src/compliance/engine/assess.js';
import { comingFindings } from '../../src/compliance/report/forecast.js';
import { alarmLicenses } from '../../src/compliance/rules/alarm-licenses.js';
import { builtInRuleSets } from '../../src/compliance/rules/all-rule-sets.js';
import { insuranceProducers } from '../../src/compliance/rules/insurance-producers.js';
import { subjectWith, testRuleSet } from '../support/rule-cases.js';

const compliance = (key: string, value: unknown) => ({ [`complianceData.${key}`]: value });
const without = (key: string) => compliance(key, undefined);
const held = (kind: string, state: string, number: string, expiresOn: string | null = '2028-12-31') => ({
  kind,
  state,
  number,
  holder: null,
  expiresOn,
});
const alarm = (state: string, number: string, expiresOn?: string | null) =>
  held('alarm_company', state, number, expiresOn);
const producer = (state: string, number: string, expiresOn?: string | null) =>
  held('insurance_producer', state, number, expiresOn);

/** A complete offer of an alarm company in Texas, without findings. */
const watch = {
  name: 'Home Watch',
  category: 'security',
  monthlyPrice: 29.99,
  contract: { months: 36, required: true, autoRenews: true, noticeDays: 30 },
  fees: { installationFee: 99, earlyTerminationFee: 300 },
  serviceSpecificData: {
    monitoringType: 'professional_monitoring',
    installationType: 'professional',
    equipmentIncluded: 'Hub',
  },
  complianceData: {
    licenses: [
      {
        state: 'TX',
        number: 'B12345',
        agency: 'Department of Public Safety',
        issuedOn: '2026-01-01',
        expiresOn: '2028-12-31',
      },
    ],
    monitoringCenterName: 'Central Watch Inc.',
    contractTotalCost: 1178.64, // 36 * 29.99 + 99
    renewalTermMonths: 12,
    permitNote: 'Ask your city for a permit.',
    disclosureText: 'Texas license B12345.',
  },
  $states: ['TX'],
};
const license = (changes: object) => ({ ...watch.complianceData.licenses[0], ...changes });
const florida = {
  $states: ['FL'],
  ...compliance('licenses', [license({ state: 'FL', number: 'EF0001234' })]),
};
const alabama = { $states: ['AL'], ...compliance('licenses', [license({ state: 'AL', number: '0271' })]) };
const california = (changes: object) =>
  compliance('licenses', [license({ state: 'CA', number: 'ACO 7000', ...changes })]);

testRuleSet(alarmLicenses, watch, {
  S01: {
    pass: [{}, { ...without('licenses'), $licenses: [alarm('TX', 'B12345')] }],
    fail: { ...compliance('licenses', [license({ expiresOn: '2025-12-31' })]), $args: ['TX B12345'] },
    missing: [without('licenses'), { ...without('licenses'), $licenses: [producer('TX', '7')] }],
  },
  S01a: {
    pass: {},
    missing: { ...compliance('licenses', [license({ expiresOn: undefined })]), $args: ['TX B12345'] },
    notApplicable: without('licenses'),
    never: { fail: 'a license without an end can be valid' },
  },
  S01b: {
    pass: {},
    missing: { ...compliance('licenses', [license({ agency: undefined })]), $args: ['TX'] },
    notApplicable: without('licenses'),
    never: { fail: 'any text can be the name of an agency' },
  },
  S02: {
    pass: [
      {},
      { $on: '2028-12-31' },
      { $states: ['GA', 'TX'] },
      { ...without('licenses'), $licenses: [alarm('TX', 'B1', '2025-01-01'), alarm('TX', 'B2', null)] },
    ],
    fail: [
      { $on: '2029-01-01', $args: ['TX (2028-12-31)'] },
      { $states: ['AL', 'TX'], $licenses: [alarm('AL', '027', '2026-11-27')], $args: ['AL (2026-11-27)'] },
    ],
    missing: [
      { $states: ['AL', 'TX'], $args: ['AL'] },
      { $states: null, $args: ['AL, AR, AZ, CA and FL'] },
    ],
    notApplicable: { $states: ['GA'] },
  },
  S02a: {
    // 31 December is 60 days after 1 November.
    pass: { $on: '2028-11-01' },
    fail: [{ $on: '2028-11-02', $args: ['TX (2028-12-31)'] }, { $on: '2028-12-31' }],
    notApplicable: [{ $on: '2029-01-01' }, without('licenses')],
    never: { missing: 'S02 reports missing licenses' },
  },
  S02b: {
    pass: {},
    needsReview: [
      { $states: ['GA', 'NY', 'TX'], $args: ['GA and NY'] },
      { $states: null, $args: ['all other states'] },
    ],
    never: {
      fail: 'nothing is known here of other states',
      missing: 'whether a license is needed there is not known here',
    },
  },
  S03: {
    pass: [{}, { $licenses: [alarm('AR', 'CMPY.0001020'), alarm('AZ', '18376-0'), alarm('AL', '027')] }],
    fail: { $licenses: [alarm('FL', '12')], $args: ['12', 'FL', 'EF0001234'] },
    notApplicable: compliance('licenses', [license({ state: 'GA' })]),
    never: { missing: 'S02 reports missing licenses' },
  },
  S04: {
    pass: [
      { ...florida, $on: '2030-01-01', description: 'Expired: EF0001234' },
      { ...florida, ...compliance('disclosureText', 'License ef0001234') },
      { ...florida, keyFeatures: ['EF0001234'] },
      { ...florida, description: 'License EF 0001234.' },
      // Any valid license will do, also if another one is valid for longer.
      { ...florida, $licenses: [alarm('FL', 'EF0009999', null)], description: '(EF0001234)' },
    ],
    fail: [
      { ...florida, $args: ['EF0001234 (FL)'] },
      // A part of another number is not the number.
      { ...florida, ...compliance('disclosureText', 'EF00012345, GEF0001234') },
      // An expired license does not replace the valid one.
      {
        ...florida,
        ...compliance('disclosureText', 'EF0005555'),
        $licenses: [alarm('FL', 'EF0005555', '2026-11-27')],
        $args: ['EF0001234 (FL)'],
      },
      { ...florida, ...without('disclosureText'), internalDescription: 'EF0001234' },
    ],
    missing: { $states: ['FL', 'TX'], $args: ['FL'] },
    notApplicable: {},
  },
  S05: {
    pass: {},
    missing: without('monitoringCenterName'),
    notApplicable: { 'serviceSpecificData.monitoringType': 'self_monitoring' },
    never: { fail: 'any text can be the name of a monitoring center' },
  },
  S05a: {
    pass: { ...alabama, ...compliance('monitoringCenterLicense', '1042') },
    missing: { ...alabama, $args: ['AL'] },
    notApplicable: [{}, { ...alabama, 'serviceSpecificData.monitoringType': 'self_monitoring' }],
    never: { fail: 'the form of these numbers is not known here' },
  },
  S06: {
    pass: [
      {},
      compliance('contractTotalCost', 1178.65),
      { 'contract.autoRenews': false, 'contract.noticeDays': undefined, ...without('renewalTermMonths') },
    ],
    fail: [
      { ...compliance('contractTotalCost', 1178.66), $args: ['a total of 1178.66 instead of 1178.64'] },
      { 'contract.months': 0, $args: ['0 months'] },
    ],
    missing: [
      { ...without('contractTotalCost'), $args: ['complianceData.contractTotalCost'] },
      { 'fees.earlyTerminationFee': null, 'contract.autoRenews': null },
      { ...without('renewalTermMonths'), 'contract.noticeDays': null },
    ],
    notApplicable: [{ contract: null }, { contract: { months: 0, required: false } }],
  },
  S07: {
    pass: {},
    needsReview: without('permitNote'),
    never: {
      fail: 'local rules are not known here',
      missing: 'whether a note is needed depends on local rules',
    },
  },
  S08: {
    pass: california({ issuedOn: '2026-01-01', expiresOn: '2028-01-01' }),
    fail: {
      ...california({ issuedOn: '2026-01-01', expiresOn: '2028-01-02' }),
      $args: ['ACO 7000', 'CA', 2],
    },
    missing: [california({ issuedOn: undefined }), { $licenses: [alarm('CA', 'ACO 7000')] }],
    notApplicable: {},
  },
});

/** A complete offer of insurance in Texas, without findings. */
const renters = {
  name: 'Renters Basic',
  category: 'insurance',
  monthlyPrice: 12.08,
  serviceSpecificData: { insuranceType: 'Renters', premiumTermMonths: 12 },
  complianceData: {
    underwriterName: 'Northwind Insurance Company',
    naicCode: '01234',
    producerNpn: '1234567',
    licenses: [
      { state: 'TX', number: '7001', expiresOn: '2028-12-31', linesOfAuthority: ['Property', 'Casualty'] },
    ],
    appointedStates: ['TX'],
    termPremium: 145,
    installmentFee: 0,
    policyFormNumber: 'HO-4',
    serffTrackingNumber: 'ABCD-123456789',
    disclosureText: 'Northwind Insurance Services, license 0A12345.',
  },
  $states: ['TX'],
};
const inCalifornia = { $states: ['CA'], $licenses: [producer('CA', '0A12345')] };

testRuleSet(insuranceProducers, renters, {
  N01: { pass: {}, missing: without('underwriterName'), never: { fail: 'any text can be a legal name' } },
  N02: { pass: {}, missing: without('naicCode'), never: { fail: 'N02a warns of its form' } },
  N02a: {
    pass: {},
    fail: { ...compliance('naicCode', '1234'), $args: ['1234'] },
    notApplicable: without('naicCode'),
    never: { missing: 'N02 reports a missing code' },
  },
  N03: {
    pass: [{}, { ...without('producerNpn'), ...compliance('agentLicensesText', 'Agents: NPN 1234567') }],
    missing: [
      without('producerNpn'),
      { ...without('producerNpn'), ...compliance('agentLicensesText', 'TX 7') },
    ],
    never: { fail: 'N03a warns of its form' },
  },
  N03a: {
    pass: {},
    fail: [compliance('producerNpn', '12345678901'), compliance('producerNpn', 'NPN-1')],
    notApplicable: without('producerNpn'),
    never: { missing: 'N03 reports a missing number' },
  },
  N04: {
    pass: [{}, { ...without('licenses'), $licenses: [producer('TX', '7001')] }],
    fail: { $on: '2029-01-01', $args: ['TX (2028-12-31)'] },
    missing: [
      { $states: ['OK', 'TX'], $args: ['OK'] },
      { $states: null, $args: ['AK, AL, AR, AZ, CA, CO, CT, DC, DE, FL and 40 more'] },
      { ...without('licenses'), $licenses: [alarm('TX', 'B1')] },
      { $states: ['PR', 'TX'], $args: ['PR'] },
    ],
    notApplicable: [{ $states: [] }, { $states: ['AE'] }],
  },
  N04a: {
    pass: {},
    fail: { $on: '2028-12-01' },
    notApplicable: { $states: ['OK'] },
    never: { missing: 'N04 reports missing licenses' },
  },
  N04b: {
    pass: {},
    fail: {
      'serviceSpecificData.insuranceType': 'Term life',
      $args: ['Property and Casualty', 'TX', 'Term life'],
    },
    missing: { 'serviceSpecificData.insuranceType': undefined },
    notApplicable: [without('licenses'), { 'serviceSpecificData.insuranceType': 'Pets' }],
  },
  N05: {
    pass: {},
    missing: [without('appointedStates'), { $states: ['OK', 'TX'], $args: ['OK'] }],
    never: { fail: 'an appointment is attested or not' },
  },
  N06: {
    pass: [{}, { monthlyPrice: null }],
    fail: { 'serviceSpecificData.premiumTermMonths': 0, $args: ['0'] },
    missing: [
      { 'serviceSpecificData.premiumTermMonths': undefined },
      { monthlyPrice: null, ...without('termPremium'), $args: ['the premium'] },
    ],
  },
  N06a: {
    pass: [{}, { 'serviceSpecificData.premiumTermMonths': 6 }],
    fail: { 'serviceSpecificData.premiumTermMonths': 9, $args: [9] },
    notApplicable: { 'serviceSpecificData.premiumTermMonths': undefined },
    never: { missing: 'N06 reports a missing term' },
  },
  N06b: {
    // 12 * 12.08 = 144.96: 12 cents are allowed for rounding, and the installment fee in each month.
    pass: [
      {},
      compliance('termPremium', 145.08),
      { ...compliance('termPremium', 120.84), ...compliance('installmentFee', 2) },
    ],
    fail: [
      { ...compliance('termPremium', 145.09), $args: [12, '144.96', '145.09'] },
      { ...compliance('termPremium', 120.83), ...compliance('installmentFee', 2) },
    ],
    missing: { 'serviceSpecificData.premiumTermMonths': undefined },
    notApplicable: without('termPremium'),
  },
  N07: {
    pass: {},
    missing: without('policyFormNumber'),
    never: { fail: 'the form of these numbers is not known here' },
  },
  N07a: {
    pass: {},
    fail: compliance('serffTrackingNumber', 'ABC-1'),
    notApplicable: without('serffTrackingNumber'),
    never: { missing: 'the number is optional' },
  },
  N08: {
    pass: [
      inCalifornia,
      { ...inCalifornia, $licenses: [producer('CA', '0A12345'), producer('CA', '9', null)] },
    ],
    fail: [
      { ...inCalifornia, $licenses: [producer('CA', '0A123')], $args: ['0A123'] },
      { ...inCalifornia, ...without('disclosureText'), $args: ['0A12345'] },
      { ...inCalifornia, ...compliance('disclosureText', 'License 0A12345') },
      { ...inCalifornia, ...compliance('disclosureText', 'Insurance') },
    ],
    missing: { $states: ['CA'] },
    notApplicable: {},
  },
  N09: {
    pass: { ...compliance('nonAdmitted', true), ...compliance('surplusLinesDisclosure', 'Not admitted.') },
    missing: compliance('nonAdmitted', true),
    notApplicable: [{}, compliance('nonAdmitted', false)],
    never: { fail: 'the text of the disclosure is not examined' },
  },
});

const assessed = (base: object, changes = {}) =>
  assess(subjectWith(base as Record<string, unknown>, changes), builtInRuleSets);

it.each([
  ['security', watch, 'us-state-alarm-licenses@2026-11-27'],
  ['insurance', renters, 'us-state-insurance-producers@2024-01-01'],
])('a complete offer of %s is compliant until a license expires', (_, base, ruleSet) => {
  expect(assessed(base)).toMatchObject({
    status: 'compliant',
    ruleSets: [ruleSet, 'offer-data@2024-01-01'],
    findings: [],
    validUntil: '2028-11-02', // the first day of the warning
  });
  expect(assessed(base, { $on: '2028-11-02' })).toMatchObject({
    status: 'compliant',
    validUntil: '2029-01-01',
  });
  expect(assessed(base, { $on: '2029-01-01' })).toMatchObject({ status: 'non_compliant', validUntil: null });
});

it('a license that the offer states counts from the day on which it is issued', () => {
  const later = compliance('licenses', [license({ issuedOn: '2026-12-15' })]);
  expect(assessed(watch, later)).toMatchObject({ status: 'incomplete', validUntil: '2026-12-15' });
  expect(assessed(watch, { ...later, $on: '2026-12-15' }).status).toBe('compliant');
});

it('a day on which the license that customers see expires is a change, although another one lasts', () => {
  const two = { ...florida, $licenses: [alarm('FL', 'EF0009999', '9999-12-31')], description: 'EF0001234' };
  expect(assessed(watch, { ...two, $on: '2028-12-31' })).toMatchObject({ validUntil: '2029-01-01' });
  expect(assessed(watch, { ...two, $on: '2029-01-01' }).findings).toContainEqual([
    'S04',
    'fail',
    'EF0009999 (FL)',
  ]);
});

it('the forecast names the license of another state that expires, although one has expired already', () => {
  const licenses = [
    license({ expiresOn: '2026-12-31' }),
    license({ state: 'AL', number: '0271', expiresOn: '2026-06-30' }),
    license({ state: 'AR', number: 'CMPY.0001020', expiresOn: '2027-01-10' }),
  ];
  const { on, ...subject } = subjectWith(watch, {
    ...compliance('licenses', licenses),
    $states: ['AL', 'AR', 'TX'],
  });
  const { findings } = assess({ ...subject, on }, builtInRuleSets);
  const days = { today: on, horizon: '2027-01-27' };
  const coming = comingFindings({ subject, findings, until: on }, builtInRuleSets, days);
  expect(coming.map((each) => [each.on, ...each.finding])).toEqual([
    ['2027-01-01', 'S02', 'fail', 'AL (2026-06-30) and TX (2026-12-31)'],
    ['2027-01-11', 'S02', 'fail', 'AL (2026-06-30), AR (2027-01-10) and TX (2026-12-31)'],
  ]);
});

it('N10: resellers need a license in a state of the offer, unless they only refer customers', () => {
  expect(assessed(renters).resellerLicenses).toEqual(['insurance_producer:TX']);
  expect(assessed(renters, { $states: ['OK', 'TX'] }).resellerLicenses).toEqual([
    'insurance_producer:OK',
    'insurance_producer:TX',
  ]);
  expect(assessed(renters, { $states: null }).resellerLicenses).toEqual(['insurance_producer']);
  expect(assessed(renters, compliance('referralOnly', true)).resellerLicenses).toEqual([]);
  expect(assessed(watch).resellerLicenses).toEqual([]);
});
