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

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const upload = (file: string, format: string, more = '') =>
  uploadFile(harness, provider, file, `?format=${format}${more}`);
const stored = async (): Promise<Json[]> => (await exportOffersOf(harness, provider)).offers;
const only = async () => (await stored())[0] ?? {};

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(' ');
const numberOf = (cell = '') => (cell === '' ? null : Number(cell.replace('$', '')));
const tenths = (cell = '') => Math.round(Number(cell) * 10) / 10;

describe('power-to-choose', () => {
  const rows = rowsOfFile(sampleFiles['power-to-choose']);
  /** The names of the regulator's own file. */
  const bracketed: [string, (row: FileCells) => string][] = [
    ['[idKey]', (row) => row.plan_id ?? ''],
    ['[TduCompanyName]', () => 'AEP TEXAS CENTRAL'],
    ['[RepCompany]', (row) => row.rep_name ?? ''],
    ['[Product]', (row) => row.plan_name ?? ''],
    ['[kwh500]', (row) => String(Number(row.price_kwh_500) / 100)],
    ['[kwh1000]', (row) => String(Number(row.price_kwh_1000) / 100)],
    ['[kwh2000]', (row) => String(Number(row.price_kwh_2000) / 100)],
    ['[Fees/Credits]', (row) => row.fees_credits ?? ''],
    ['[PrePaid]', (row) => (row.is_prepaid === 'True' ? '1' : '0')],
    ['[TimeOfUse]', (row) => (row.is_tou === 'True' ? '1' : '0')],
    ['[Fixed]', (row) => (row.rate_type === 'FIXED' ? '1' : '0')],
    ['[RateType]', (row) => (row.rate_type === 'FIXED' ? 'Fixed' : 'Variable')],
    ['[Renewable]', (row) => row.renewable_pct ?? ''],
    ['[TermValue]', (row) => row.term_months ?? ''],
    ['[CancelFee]', (row) => `Cancellation Fee: $${row.early_termination_fee}`],
    ['[SpecialTerms]', (row) => row.special_terms ?? ''],
    ['[TermsURL]', (row) => row.terms_url ?? ''],
    ['[FactsURL]', (row) => row.efl_url ?? ''],
    ['[EnrollPhone]', () => '1 (800) 555 0100'],
    ['[NewCustomer]', () => 'FALSE'],
    ['[MinUsageFeesCredits]', (row) => row.min_usage_fees ?? ''],
    ['[Language]', (row) => row.language ?? ''],
  ];

  it("is read with the regulator's names, prices in dollars and names of utilities", async () => {
    const file = rows.map((row) => Object.fromEntries(bracketed.map(([name, cell]) => [name, cell(row)])));
    expect(resultsOf(await upload(fileOfRows(file), 'power-to-choose'))).toBe(words(rows.length, 'created'));
    expect(await stored()).toMatchObject(
      rows.map((row) => ({
        externalId: row.plan_id,
        serviceSpecificData: {
          utility: 'AEP_CENTRAL',
          utilityName: 'AEP TEXAS CENTRAL',
          enrollmentPhone: '1 (800) 555 0100',
        },
        fees: { earlyTerminationFee: numberOf(row.early_termination_fee) },
        complianceData: { electricityFactsLabel: { avgPrice1000kwh: tenths(row.price_kwh_1000) } },
      })),
    );
  });

  it('is read in one language, and an ID that two languages share makes two offers', async () => {
    const english = rows.filter(({ language }) => language === 'English');
    const lines = await upload(sampleFiles['power-to-choose'], 'power-to-choose', '&language=English');
    expect(lines.map(({ externalId }) => externalId)).toEqual(english.map(({ plan_id: id }) => id));
    const shared = ['English', 'Spanish'].map((language) => ({ ...rows[0], plan_id: 'X', language }));
    for (const result of ['created', 'unchanged'])
      expect(await upload(fileOfRows(shared), 'power-to-choose')).toMatchObject([
        { result, externalId: 'X' },
        { result, externalId: 'X-spanish' },
      ]);
  });

  it('lists offers on sale, unless they are drafts', async () => {
    const file = fileOfRows(rows.slice(0, 2));
    await upload(file, 'power-to-choose', '&status=draft');
    expect((await stored()).map(({ status }) => status)).toEqual(['draft', 'draft']);
    expect(resultsOf(await upload(file, 'power-to-choose'))).toBe('updated updated');
    expect(resultsOf(await upload(file, 'power-to-choose', '&status=draft'))).toBe('unchanged unchanged');
  });

  it('reports rows that cannot be read, with the cell, and keeps columns that it does not know', async () => {
    const [row = {}] = rows;
    const file = fileOfRows([
      { ...row, plan_id: 'A', price_kwh_500: '1490', rate_type: 'fixd', internal_code: '7' },
      { ...row, plan_id: 'B', price_kwh_500: '1490', internal_code: '7' },
      { ...row, plan_id: '', efl_url: 'none', internal_code: '7' },
      { ...row, plan_id: 'D', efl_url: 'none', internal_code: '7' },
      { ...row, plan_id: 'E', internal_code: '007' },
    ]);
    const lines = await upload(file, 'power-to-choose');
    expect(resultsOf(lines)).toBe('failed failed failed failed created');
    expect(lines.slice(0, 4).map(({ problem }) => problem?.errors?.[0])).toMatchObject(
      [
        { line: 2, column: 'rate_type', value: 'fixd', message: /./ },
        {
          line: 3,
          column: 'price_kwh_500',
          value: '1490',
          field: 'complianceData.electricityFactsLabel.avgPrice500kwh',
        },
        { line: 4, column: 'plan_id', value: '', message: 'plan_id is required' },
        { line: 5, column: 'efl_url', value: 'none' },
      ].map(({ message, ...each }) => ({ ...each, ...(typeof message === 'string' ? { message } : {}) })),
    );
    expect((await only()).serviceSpecificData).toMatchObject({ internal_code: '007' });
    const reply = await harness.call(
      'POST',
      '/provider/offers/bulk?format=power-to-choose',
      'plan_nme,price_kwh_50,x\n1,2,3',
      {
        ...provider,
        headers: { 'content-type': 'text/csv' },
      },
    );
    expect(reply.body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'plan_nme is not a known column; did you mean plan_name?',
      'price_kwh_50 is not a known column; did you mean price_kwh_500?',
      'plan_id is a required column of the format power-to-choose',
      'tdu_area is a required column of the format power-to-choose',
      'plan_name is a required column of the format power-to-choose',
    ]);
  });
});

describe('broadband labels', () => {
  const [sample = {}] = rowsOfFile(sampleFiles['fcc-broadband-label']);

  it('are read with NULL, ranges and lists of fees', async () => {
    const file = fileOfRows([
      {
        ...sample,
        intro_rate: 'No',
        intro_rate_price: 'NULL',
        intro_rate_time: 'NULL',
        contract_req: 'No',
        contract_time: 'NULL',
        contract_terms_url: 'NULL',
        single_purchase_fee_descr: 'NULL',
        single_purchase_fees: 'NULL',
        tax: '4.50',
        typical_download_speed: '67 - 622',
        typical_latency: '7-28',
        monthly_data_allow: 'NULL',
        over_usage_data_price: 'NULL',
        additional_data_increment: 'NULL',
      },
      { ...sample, unique_plan_id: 'B', monthly_provider_fee: '9.95' },
    ]);
    const lines = await upload(file, 'fcc-broadband-label');
    expect(resultsOf(lines)).toBe('created failed');
    expect(lines[1]?.problem?.errors).toMatchObject([
      {
        line: 3,
        column: 'monthly_provider_fee',
        value: '9.95',
        message: 'monthly_provider_fee must have as many entries as monthly_provider_fee_descr',
      },
    ]);
    expect(await only()).toMatchObject({
      introductory: null,
      oneTimeFees: [],
      contract: { months: 0, required: false },
      taxes: 4.5,
      complianceData: {
        broadbandLabel: {
          typicalDownloadLow: 67,
          typicalDownloadHigh: 622,
          typicalLatencyLow: 7,
          typicalLatencyHigh: 28,
          dataCapGb: null,
        },
      },
    });
  });

  it('keep the names of fees at their amounts, and never read half of a range', async () => {
    const rows = [
      { ...sample, monthly_provider_fee_descr: 'NULL; TV box;Router;', monthly_provider_fee: '1.00;$2;3;' },
      {
        ...sample,
        unique_plan_id: 'B',
        monthly_provider_fee_descr: 'TV box;;Router',
        monthly_provider_fee: 'NULL;2;3',
      },
      { ...sample, unique_plan_id: 'C', typical_download_speed: '67 - unknown' },
    ];
    const lines = await upload(fileOfRows(rows), 'fcc-broadband-label');
    expect((await only()).monthlyFees).toMatchObject([
      { name: 'Monthly fee', amount: 1 },
      { name: 'TV box', amount: 2 },
      { name: 'Router', amount: 3 },
    ]);
    expect(lines.map(({ problem }) => problem?.errors?.map(({ message }) => message))).toEqual([
      undefined,
      ['monthly_provider_fee must have an amount for TV box'],
      ['typical_download_speed must be a number or a range such as 67 - 622'],
    ]);
  });

  it('of bblabel-1 are read from its 56 columns', async () => {
    const columns = fileFormats.find(({ name }) => name === 'bblabel-1')?.columns ?? [];
    expect(columns.length).toBe(56);
    const row = Object.fromEntries(columns.map(({ name, example }) => [name, example]));
    const empty = Object.fromEntries(columns.map(({ name }) => [name, '']));
    const rows = [
      row,
      {
        ...row,
        unique_plan_identifier: 'M00059379745G',
        network_technology_type: '500',
        bandwidth_download_units: 'Gbps',
        bandwidth_download_marketed_low: '1',
        bandwidth_download_marketed_high: '2',
        bandwidth_download_typical_low: '0.1',
        bandwidth_download_typical_high: '0.3',
        fee_early_termination: 'Varies',
        fee_introductory: '',
        fee_introductory_description: 'for now',
        contract_required: 'No',
      },
      { ...empty, unique_plan_identifier: 'MIN', service_plan_name: 'Minimum', price_recurring: '10' },
    ];
    expect(resultsOf(await upload(fileOfRows(rows), 'bblabel-1'))).toBe('created created created');
    const offers = await stored();
    expect(offers).toMatchObject([
      {
        externalId: 'F0005937974123ABC456EMC789',
        monthlyPrice: 59.95,
        introductory: { monthlyPrice: 39.95, months: 6 },
        contract: { months: 24, required: true },
        monthlyFees: [
          { name: 'Router rental', amount: 9.99 },
          { name: 'Support', amount: 1.99 },
          { name: 'Pass-through fees (maximum)', amount: 1.99, kind: 'passThrough' },
        ],
        serviceSpecificData: { minBandwidth: 300, maxBandwidth: 500, connectionType: 'fiber' },
        complianceData: {
          broadbandLabel: {
            typicalDownloadLow: 290,
            typicalDownloadHigh: 510,
            technologyCode: 50,
            overagePrice: 5,
            overageIncrementGb: 10,
          },
          uptime: 0.999,
          asn: '64496',
        },
      },
      {
        serviceSpecificData: null,
        introductory: null,
        contract: { months: 0, required: false },
        fees: { earlyTerminationFee: null },
        complianceData: {
          broadbandLabel: { typicalDownloadLow: 100, typicalDownloadHigh: 300, technologyCode: 500 },
          marketedDownloadLowMbps: 1000,
          earlyTerminationFeeText: 'Varies',
          introductoryDescription: 'for now',
        },
      },
      { externalId: 'MIN', name: 'Minimum', monthlyPrice: 10, serviceSpecificData: null },
    ]);
    expect(resultsOf(await upload(fileOfRows(rows), 'bblabel-1'))).toBe('unchanged unchanged unchanged');
    const [line] = await upload(fileOfRows([{ ...row, bandwidth_download_units: '' }]), 'bblabel-1');
    expect(line?.problem?.errors?.map(({ message }) => message)).toEqual([
      'bandwidth_download_units is required with a speed',
    ]);
  });
});
