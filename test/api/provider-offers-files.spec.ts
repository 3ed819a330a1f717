import * as fc from 'fast-check';
import { fileFormats } from '../../src/offers/files/formats/all-formats.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import {
  exportOffersOf,
  fileOfRows,
  resultsOf,
  rowsOfFile,
  sampleFiles,
  uploadFile,
  type FileCells,
} from '../support/offer-file.js';
import { testSeed } from '../support/seed.js';

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const upload = (file: string, format: string, more = '') =>
  uploadFile(harness, provider, file, `?format=${format}${more}`);
const stored = async (): Promise<Json[]> => (await exportOffersOf(harness, provider)).offers;

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(' ');
const numberOf = (cell = '') => (cell === '' ? null : Number(cell.replace('$', '')));
const tenths = (cell = '') => Math.round(Number(cell) * 10) / 10;
const encoded = (url = '') => url.replaceAll(' ', '%20');

/** What an offer must contain, by the cells of its row; written apart from the code of the formats. */
const expected: Record<keyof typeof sampleFiles, (row: FileCells) => object> = {
  'power-to-choose': (row) => ({
    externalId: row.plan_id,
    name: row.plan_name,
    category: 'energy',
    status: 'active',
    currency: 'USD',
    description: row.special_terms || null,
    fees: { earlyTerminationFee: numberOf(row.early_termination_fee) },
    contract: { months: Number(row.term_months), required: row.term_months !== '0' },
    serviceSpecificData: {
      planId: row.plan_id,
      retailer: row.rep_name,
      utility: row.tdu_area,
      rateType: row.rate_type?.toLowerCase(),
      contractLengthMonths: Number(row.term_months),
      baseChargeMonthly: Number(row.base_charge_monthly),
      renewablePercentage: Number(row.renewable_pct),
      prepaid: row.is_prepaid === 'True',
      timeOfUse: row.is_tou === 'True',
      language: row.language,
      promotionDetails: false,
      feesAndCredits: row.fees_credits === 'FALSE' ? false : row.fees_credits,
      minimumUsageFeesOrCredits: row.min_usage_fees === 'TRUE',
      enrollmentUrl: encoded(row.enrollment_url),
    },
    complianceData: {
      termsOfServiceUrl: encoded(row.terms_url),
      electricityFactsLabel: {
        url: encoded(row.efl_url),
        avgPrice500kwh: tenths(row.price_kwh_500),
        avgPrice1000kwh: tenths(row.price_kwh_1000),
        avgPrice2000kwh: tenths(row.price_kwh_2000),
      },
    },
  }),
  'fcc-broadband-label': () => ({
    externalId: 'F0005937974123ABC456EMC789',
    name: '10G Unlimited World',
    status: 'active',
    monthlyPrice: 59.95,
    introductory: { monthlyPrice: 39.95, months: 6 },
    monthlyFees: [
      { name: 'Equipment rental', amount: 9.95, kind: 'equipment' },
      { name: 'virus protection subscription', amount: 4, kind: 'provider' },
    ],
    oneTimeFees: [
      { name: 'Equipment cost', amount: 25 },
      { name: 'installation fee', amount: 50 },
    ],
    contract: { months: 24, required: true, termsUrl: 'https://acmedata.com/terms' },
    fees: { earlyTerminationFee: 90 },
    taxes: 'included',
    complianceData: {
      broadbandLabel: {
        uniquePlanId: 'F0005937974123ABC456EMC789',
        typicalDownload: 43.6,
        typicalUpload: 4.07,
        typicalLatency: 139,
        dataCapGb: 50,
        overagePrice: 5,
        overageIncrementGb: 10,
      },
      networkManagementUrl: 'https://www.acmedata.com/how-we-manage-our-networks',
      providerName: 'Acme Data Inc.',
      tierPlanName: 'Gold',
      connection: 'Fixed',
      supportPhone: '1 (800) 555 0100',
      supportUrl: 'https://www.acmedata.com/help',
      discountsUrl: 'https://www.acmedata.com/fixed-plan/discounts',
      dataAllowancePolicyUrl: 'https://www.acmedata.com/data-charges',
      privacyPolicyUrl: 'https://www.acmedata.com/about/privacy',
    },
    // 6 x 39.95 + 6 x 59.95 + 12 x 13.95 + 75
    pricing: { allInMonthly: 73.9, setupFee: 75, costOver12Months: 841.8 },
  }),
  sonarbcd: (row) => ({
    externalId: `${row.fixed_or_mobile?.[0]}${row.fcc_id}${row.data_service_id?.padStart(15, '0')}`,
    name: row.data_service_name,
    monthlyPrice: numberOf(row.data_service_price),
    introductory: row.introductory_price_per_month
      ? {
          monthlyPrice: Number(row.introductory_price_per_month),
          months: Number(row.introductory_period_in_months),
        }
      : null,
    contract: {
      months: Number(row.contract_duration),
      required: row.contract_duration !== '',
      ...(row.contract_url ? { termsUrl: row.contract_url } : {}),
    },
    monthlyFees: [1, 2].flatMap((at) =>
      row[`monthly_fee_name_${at}`]
        ? [
            {
              name: row[`monthly_fee_name_${at}`],
              amount: Number(row[`monthly_fee_price_${at}`]),
              kind: 'provider',
            },
          ]
        : [],
    ),
    fees: { earlyTerminationFee: numberOf(row.early_termination_fee) },
    complianceData: {
      providerName: row.company_name,
      fccId: row.fcc_id,
      dataServiceId: row.data_service_id,
      connection: row.fixed_or_mobile,
      acp: row.acp === 'Yes',
      supportPhone: row.customer_support_phone,
      broadbandLabel: {
        // An integer is in kbps, a number with decimals in Mbps.
        typicalDownload: Number(row.dl_speed_in_kbps) / (row.dl_speed_in_kbps?.includes('.') ? 1 : 1000),
        typicalUpload: Number(row.ul_speed_in_kbps) / (row.ul_speed_in_kbps?.includes('.') ? 1 : 1000),
        typicalLatency: Number(row.latency_in_ms),
        dataCapGb: numberOf(row.data_included_in_monthly_price),
      },
    },
  }),
};

describe.each(Object.entries(sampleFiles))('the sample of %s', (name, file) => {
  const format = name as keyof typeof sampleFiles;
  const rows = rowsOfFile(file);

  it('is imported with every row, comes back equal, and is unchanged the second time', async () => {
    expect(resultsOf(await upload(file, format))).toBe(words(rows.length, 'created'));
    expect(await stored()).toMatchObject(rows.map((row) => expected[format](row)));
    expect(resultsOf(await upload(fileOfRows(rows, ';'), format))).toBe(words(rows.length, 'unchanged'));
    const { file: exported } = await exportOffersOf(harness, provider);
    expect(resultsOf(await uploadFile(harness, provider, exported))).toBe(words(rows.length, 'unchanged'));
  });

  it('makes offers that can be told apart in a comparison', async () => {
    const ids = (await upload(file, format)).map(({ id }) => id);
    for (let from = 0; from < ids.length; from += 5) {
      const compared = ids.slice(from, from + 10);
      const path = `/reseller/catalog/compare?ids=${compared.join(',')}`;
      const { body } = await harness.call('GET', path, undefined, reseller);
      const shown = compared.map((_, index) =>
        JSON.stringify([
          (body.offers as { attributes: Json }[])[index]?.attributes,
          (body.extra as { values: unknown[] }[]).map(({ values }) => values[index]),
        ]),
      );
      expect(new Set(shown).size).toBe(compared.length);
    }
  });
});

it('GET /provider/imports/formats describes formats whose examples can be imported', async () => {
  const { status, body } = await harness.call('GET', '/provider/imports/formats', undefined, provider);
  expect(status).toBe(200);
  type Described = {
    name: string;
    parameters: { name: string }[];
    columns: { name: string; required: boolean; example: string }[];
  };
  const formats = body as Described[];
  expect(formats.map(({ name, columns }) => `${name} ${columns.length}`)).toEqual([
    'fcc-broadband-label 30',
    'bblabel-1 56',
    'power-to-choose 28',
    'sonarbcd 104',
  ]);
  for (const { name, columns, parameters } of formats) {
    expect(parameters.map((each) => each.name)).toEqual(
      name === 'power-to-choose' ? ['status', 'language'] : ['status'],
    );
    const row = Object.fromEntries(columns.map((column) => [column.name, column.example]));
    const other = await makeTeam(harness, 'provider');
    const lines = await uploadFile(harness, other, fileOfRows([row]), `?format=${name}`);
    expect([name, resultsOf(lines)]).toEqual([name, 'created']);
  }
});

it('no cell of any file makes a server error', async () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      'NULL',
      '-',
      '1e999',
      '$',
      '67 - ',
      ';',
      'Yes',
      '__proto__',
      "'",
      '0',
      '99999999999999999999',
      '\0',
      '{',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...fileFormats),
      fc.infiniteStream(cell),
      async ({ name, columns }, cells) => {
        const next = () => cells.next().value ?? '';
        const rows = Array.from({ length: 5 }, () =>
          Object.fromEntries(
            columns.map((each) => [each.name, Math.abs(next().length % 3) === 0 ? next() : each.example]),
          ),
        );
        const lines = await upload(fileOfRows(rows), name);
        const codes = new Set(lines.map(({ problem }) => problem?.code ?? 'none'));
        expect(
          [...codes].filter((code) => !['none', 'VALIDATION_FAILED', 'CONFLICT'].includes(code)),
        ).toEqual([]);
      },
    ),
    { seed: testSeed, numRuns: 20 },
  );
});
