import { assess } from '../../src/compliance/engine/assess.js';
import { builtInRuleSets } from '../../src/compliance/rules/all-rule-sets.js';
import { fccBroadbandRules } from '../../src/compliance/rules/fcc-broadband-label.js';
import { subjectWith, testRuleSet } from '../support/rule-cases.js';

const label = 'complianceData.broadbandLabel';
const planId = `${label}.uniquePlanId`;

/** A complete offer without findings. */
const fibre = {
  name: 'Fibre 500',
  category: 'internet',
  monthlyPrice: 59.95,
  introductory: { monthlyPrice: 39.95, months: 6 },
  contract: { months: 24, required: true, termsUrl: 'https://isp.example/terms' },
  monthlyFees: [
    { name: 'Router', amount: 9.95, kind: 'equipment' },
    { name: 'Regulatory cost recovery', amount: 4, kind: 'passThrough' },
    { name: 'Virus protection', amount: 3, kind: 'provider', mandatory: false },
  ],
  oneTimeFees: [{ name: 'Installation', amount: 50 }],
  fees: { earlyTerminationFee: 90 },
  taxes: 'varies',
  serviceSpecificData: {
    minBandwidth: 200,
    maxBandwidth: 500,
    connectionType: 'fiber',
    dataCap: null,
    marketedUploadHighMbps: 500,
  },
  complianceData: {
    broadbandLabel: {
      uniquePlanId: 'F0005937974123ABC456EMC789',
      typicalDownload: 480,
      typicalUpload: 470,
      typicalLatency: 9,
      technologyCode: 50,
      allInMonthlyPrice: 73.9,
      monthlyPrice: 59.95,
    },
    connection: 'Fixed',
    fccRegistrationNumber: '0005937974',
    discountsUrl: 'https://isp.example/discounts',
    networkManagementUrl: 'https://isp.example/network',
    privacyPolicyUrl: 'https://isp.example/privacy',
    supportUrl: 'https://isp.example/help',
    supportPhone: '1 (800) 555 0100',
    acp: false,
    labelInAccountPortal: true,
    labelReadOutByPhone: true,
  },
  $states: ['TX'],
};

const address = (key: string) => ({
  pass: {},
  fail: [
    { [`complianceData.${key}`]: 'http://isp.example', $args: ['http://isp.example'] },
    { [`complianceData.${key}`]: '/help' },
  ],
  missing: [{ [`complianceData.${key}`]: undefined }, { [`complianceData.${key}`]: ' ' }],
});

const typical = (name: string) => ({
  pass: [{}, { [`${label}.${name}`]: undefined, [`${label}.${name}Low`]: 7, [`${label}.${name}High`]: 7 }],
  fail: [
    { [`${label}.${name}`]: 0, $args: ['0'] },
    {
      [`${label}.${name}`]: undefined,
      [`${label}.${name}Low`]: 9,
      [`${label}.${name}High`]: 8,
      $args: ['9 to 8'],
    },
  ],
  missing: [
    { [`${label}.${name}`]: undefined },
    { [`${label}.${name}`]: undefined, [`${label}.${name}Low`]: 9 },
  ],
});

const capped = { 'serviceSpecificData.dataCap': 50 };
const overage = { ...capped, [`${label}.overagePrice`]: 5, [`${label}.overageIncrementGb`]: 10 };
const registration = { kind: 'fcc_registration', state: null, holder: null, expiresOn: null };
const noRegistration = { 'complianceData.fccRegistrationNumber': undefined };
const required = (contract: object) => ({ contract: { required: true, months: 12, ...contract } });
const reportedByI03 = { missing: 'I03 reports a missing identifier' };
const onlyIfStated = { missing: 'the provider need not state it' };

testRuleSet(fccBroadbandRules, fibre, {
  I01: {
    pass: [{}, { 'complianceData.connection': undefined }, { 'complianceData.connection': 'Satellite' }],
    fail: { 'complianceData.connection': 'Mobile', $args: ['fiber'] },
    missing: {
      'complianceData.connection': undefined,
      serviceSpecificData: null,
      [planId]: undefined,
      [`${label}.technologyCode`]: undefined,
    },
  },
  I02: {
    pass: [
      {},
      noRegistration,
      { ...noRegistration, [planId]: undefined, $licenses: [{ ...registration, number: '0005937974' }] },
    ],
    fail: [
      { 'complianceData.fccRegistrationNumber': '5937974', $args: ['5937974'] },
      { ...noRegistration, 'complianceData.fccId': '12345' },
      { ...noRegistration, $licenses: [{ ...registration, number: '12' }] },
    ],
    missing: { ...noRegistration, [planId]: undefined },
  },
  I03: {
    pass: [{}, { [planId]: 'F0005937974TIER1' }],
    fail: [
      { [planId]: 'F0005937974', $args: ['F0005937974'] },
      { [planId]: 'F0005937974123ABC456EMC7890' },
      { [planId]: undefined, 'complianceData.uniquePlanId': 'plan-7' },
      { [planId]: 'X0005937974TIER1' },
    ],
    missing: { [planId]: undefined },
  },
  I03a: {
    pass: [{}, { ...noRegistration, $licenses: [{ ...registration, number: '0005937974' }] }],
    fail: { 'complianceData.fccRegistrationNumber': '0000000001', $args: ['0005937974', '0000000001'] },
    notApplicable: noRegistration,
    never: reportedByI03,
  },
  I03b: {
    pass: [{}, { [planId]: 'M0005937974TIER1', 'complianceData.connection': 'Mobile' }],
    fail: [
      { [planId]: 'M0005937974TIER1', $args: ['M', 'fixed'] },
      { 'complianceData.connection': 'Mobile' },
    ],
    notApplicable: { [planId]: undefined },
    never: reportedByI03,
  },
  I03c: {
    pass: {},
    fail: { [planId]: 'F0005937974TIER1', $args: [5] },
    notApplicable: { [planId]: 'other' },
    never: reportedByI03,
  },
  I04: {
    pass: [{}, { [`${label}.monthlyPrice`]: undefined }],
    fail: { [`${label}.monthlyPrice`]: 59.94, $args: ['59.94', '59.95'] },
    missing: { monthlyPrice: null },
  },
  I05: {
    pass: {},
    fail: [
      { introductory: { monthlyPrice: 1, months: 0 } },
      { introductory: { monthlyPrice: 1, months: -1 } },
    ],
    missing: [
      { monthlyPrice: null, $args: ['monthlyPrice'] },
      { introductory: null, 'complianceData.introductoryPrice': 39.95, $args: ['months'] },
    ],
    notApplicable: { introductory: null },
  },
  I05a: {
    pass: [{}, { introductory: { monthlyPrice: 59.95, months: 6 } }],
    fail: { introductory: { monthlyPrice: 60, months: 6 }, $args: ['59.95', '60.00'] },
    notApplicable: { introductory: null },
    never: { missing: 'I05 reports a missing price' },
  },
  I06: {
    pass: [{}, { contract: { months: 0, required: false } }],
    fail: required({ months: 0 }),
    missing: { contract: null },
  },
  I06a: {
    pass: [{}, { ...required({}), 'complianceData.contractTermsUrl': 'https://isp.example/terms' }],
    fail: required({ termsUrl: 'http://isp.example/terms' }),
    missing: [required({}), required({ termsUrl: null })],
    notApplicable: [{ contract: { months: 0, required: false } }, { contract: null }],
  },
  I07: {
    pass: [{}, { monthlyFees: [] }],
    fail: {
      monthlyFees: [
        { name: 'Fee', amount: 1, kind: 'other' },
        { name: 'fee', amount: 2, kind: 'other' },
      ],
    },
    missing: { monthlyFees: null },
  },
  I07a: {
    pass: {},
    fail: { monthlyFees: [{ name: 'Pass-through fees (maximum)', amount: 2, kind: 'passThrough' }] },
    notApplicable: [{ monthlyFees: [] }, { monthlyFees: null }],
    never: { missing: 'a label need not have such fees' },
  },
  I08: {
    pass: [{}, { oneTimeFees: [] }, { oneTimeFees: null }],
    fail: {
      oneTimeFees: [
        { name: 'Setup', amount: 1 },
        { name: 'Setup', amount: 2 },
      ],
      $args: ['Setup'],
    },
    missing: { oneTimeFees: null, fees: null },
  },
  I09: {
    pass: [
      { 'fees.earlyTerminationFee': 0 },
      { fees: null, ...required({ earlyTerminationFeePerRemainingMonth: 5 }) },
      { fees: null, 'complianceData.earlyTerminationFeeText': 'Varies' },
      { fees: null, contract: { months: 0, required: false } },
    ],
    fail: { 'fees.earlyTerminationFee': -1 },
    missing: [{ fees: null }, { fees: null, contract: null }],
  },
  I09a: {
    pass: { contract: { months: 0, required: false }, 'fees.earlyTerminationFee': 0 },
    fail: { contract: { months: 0, required: false }, $args: ['90.00'] },
    notApplicable: {},
    never: { missing: 'I09 reports a missing fee' },
  },
  I10: {
    pass: [{}, { taxes: 'included' }, { taxes: 'notApplicable' }, { taxes: 4.5 }, { taxes: 0 }],
    fail: [{ taxes: 'some', $args: ['some'] }, { taxes: -1 }],
    missing: { taxes: null },
  },
  I11: typical('typicalDownload'),
  I11a: typical('typicalUpload'),
  I11b: typical('typicalLatency'),
  I11c: {
    pass: [
      { [`${label}.typicalDownload`]: 400 },
      { [`${label}.typicalDownload`]: 600 },
      {
        [`${label}.typicalDownload`]: undefined,
        [`${label}.typicalDownloadLow`]: 67,
        [`${label}.typicalDownloadHigh`]: 622,
      },
    ],
    fail: [
      { [`${label}.typicalDownload`]: 399.9, $args: [399.9, 500] },
      { [`${label}.typicalDownload`]: 600.1 },
      {
        [`${label}.typicalDownload`]: undefined,
        [`${label}.typicalDownloadLow`]: 100,
        [`${label}.typicalDownloadHigh`]: 300,
      },
    ],
    notApplicable: [{ serviceSpecificData: null }, { [`${label}.typicalDownload`]: undefined }],
    never: { missing: 'I11 reports a missing speed' },
  },
  I11d: {
    pass: {},
    fail: { [`${label}.typicalUpload`]: 50, $args: [50, 500] },
    notApplicable: { 'serviceSpecificData.marketedUploadHighMbps': undefined },
    never: { missing: 'I11a reports a missing speed' },
  },
  I12: {
    pass: [{}, capped, { 'serviceSpecificData.dataCap': undefined, [`${label}.dataCapGb`]: null }],
    fail: { 'serviceSpecificData.dataCap': -1 },
    missing: { 'serviceSpecificData.dataCap': undefined },
  },
  I12a: {
    pass: [overage, { ...capped, [`${label}.overagePrice`]: 0 }],
    fail: { ...overage, [`${label}.overageIncrementGb`]: 0, $args: ['5', '0'] },
    missing: [
      { ...capped, $args: ['overagePrice'] },
      { ...overage, [`${label}.overageIncrementGb`]: undefined, $args: ['overageIncrementGb'] },
    ],
    notApplicable: {},
  },
  I12b: {
    pass: { ...capped, 'complianceData.dataAllowancePolicyUrl': 'https://isp.example/data' },
    fail: { ...capped, 'complianceData.dataAllowancePolicyUrl': 'http://isp.example/data' },
    missing: capped,
    notApplicable: {},
  },
  I13: address('discountsUrl'),
  I13a: address('networkManagementUrl'),
  I13b: address('privacyPolicyUrl'),
  I13c: address('supportUrl'),
  I13d: {
    pass: [
      {},
      { 'complianceData.supportPhone': '555-555-1234' },
      { 'complianceData.supportPhone': '+1 800 555 0100' },
    ],
    fail: [
      { 'complianceData.supportPhone': '911', $args: ['911'] },
      { 'complianceData.supportPhone': '1-800-FIBRE-00' },
    ],
    missing: { 'complianceData.supportPhone': undefined },
  },
  I14: {
    pass: [{}, { 'complianceData.acp': undefined }],
    fail: { 'complianceData.acp': true },
    never: { missing: 'to leave it out is right, because the program has ended' },
  },
  I15: {
    pass: [{}, { [`${label}.technologyCode`]: 0 }, { [`${label}.technologyCode`]: 999 }],
    fail: [{ [`${label}.technologyCode`]: 1000 }, { [`${label}.technologyCode`]: 40.5 }],
    notApplicable: { [`${label}.technologyCode`]: undefined },
    never: { missing: 'the template of the FCC has no column for it' },
  },
  I15a: {
    pass: [{}, { [`${label}.technologyCode`]: 300 }],
    fail: { [`${label}.technologyCode`]: 51 },
    notApplicable: { [`${label}.technologyCode`]: undefined },
    never: { missing: 'the template of the FCC has no column for it' },
  },
  I16: {
    // 59.95 + 9.95 + 4 = 73.90; half a cent is allowed, one ten-thousandth more is not.
    pass: [{}, { [`${label}.allInMonthlyPrice`]: 73.905 }, { [`${label}.allInMonthlyPrice`]: 73.895 }],
    fail: [
      { [`${label}.allInMonthlyPrice`]: 73.9051, $args: ['73.9051', '73.90'] },
      { [`${label}.allInMonthlyPrice`]: 73.8949 },
      { [`${label}.allInMonthlyPrice`]: 59.949, monthlyFees: [] },
    ],
    missing: { monthlyPrice: null },
    notApplicable: { [`${label}.allInMonthlyPrice`]: undefined },
  },
  I17: {
    pass: {},
    needsReview: {
      [`${label}.url`]: 'https://isp.example/label.pdf',
      $args: ['https://isp.example/label.pdf'],
    },
    never: {
      fail: 'the service keeps the labels that it draws, and cannot see whether others are kept',
      missing: 'nothing has to be given',
    },
  },
  I17a: {
    pass: {},
    fail: { 'complianceData.labelInAccountPortal': false },
    notApplicable: { 'complianceData.labelInAccountPortal': undefined },
    never: onlyIfStated,
  },
  I17b: {
    pass: {},
    fail: { 'complianceData.labelReadOutByPhone': false },
    notApplicable: { 'complianceData.labelReadOutByPhone': undefined },
    never: onlyIfStated,
  },
  I18: {
    pass: {},
    fail: { [planId]: 'plan-7' },
    missing: {
      [planId]: undefined,
      monthlyPrice: null,
      $args: ['the unique plan identifier and the monthly price'],
    },
  },
});

describe('the assessment of a broadband label', () => {
  it('of a complete offer is compliant, without findings', () => {
    expect(assess(subjectWith(fibre), builtInRuleSets)).toEqual({
      status: 'compliant',
      ruleSets: ['us-fcc-broadband-label@2024-10-10', 'offer-data@2024-01-01'],
      findings: [],
      validUntil: null,
      resellerLicenses: [],
    });
  });

  it('leaves services for enterprises out', () => {
    const { status, ruleSets } = assess(
      subjectWith(fibre, { 'complianceData.massMarket': false }),
      builtInRuleSets,
    );
    expect([status, ruleSets]).toEqual(['unknown', ['offer-data@2024-01-01']]);
  });

  it('marks the six items whose repeal is proposed', () => {
    const marked = fccBroadbandRules.checks.filter((check) => check.proposedForRepeal);
    expect(marked.map(({ code }) => code)).toEqual(['I07a', 'I14', 'I17', 'I17a', 'I17b', 'I18']);
    expect(marked.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});
