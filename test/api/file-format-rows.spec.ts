import { fileFormats } from '../../src/offers/files/formats/all-formats.js';
import { sendBulk } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import {
  csvType,
  exportOffersOf,
  fileOfRows,
  resultsOf,
  rowsOfFile,
  sampleFiles,
  uploadFile,
  type FileCells,
  type FileResultLine,
} from '../support/offer-file.js';

/*
 * Which offer a row of a published file means, and what its texts say.
 */

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

const upload = (rows: readonly FileCells[], format: string, more = '') =>
  uploadFile(harness, provider, fileOfRows(rows), `?format=${format}${more}`);
const stored = async (): Promise<Json[]> => (await exportOffersOf(harness, provider)).offers;
const byExternalId = async () => new Map((await stored()).map((each) => [each.externalId as string, each]));
/** Returns the errors of the lines that failed, without the pointers that follow from their fields. */
const errorsOf = (lines: readonly FileResultLine[]) =>
  lines.flatMap(({ problem }) =>
    (problem?.errors ?? []).map(({ column, value, message }) => [column, value, message]),
  );
const summaryOf = (lines: readonly FileResultLine[]) =>
  (lines.at(-1) as unknown as { summary: Json }).summary;

const plan: FileCells = {
  '[idKey]': '1',
  '[TduCompanyName]': 'ONCOR',
  '[Product]': 'Saver',
  '[kwh500]': '0.15',
  '[CancelFee]': '150.0',
  '[TermValue]': '12',
  '[Language]': 'English',
};
const ptc = (rows: readonly FileCells[], more = '') => upload(rows, 'power-to-choose', more);

describe('a plan in two languages', () => {
  const english = { ...plan, '[Product]': 'Eng' };
  const spanish = { ...plan, '[Product]': 'Esp', '[Language]': 'Spanish' };

  it('with one ID makes two offers, whatever the order of the rows and the filter', async () => {
    const idsOf = (lines: readonly FileResultLine[]) =>
      lines.map(({ result, externalId }) => `${result} ${externalId}`);
    expect(idsOf(await ptc([english, spanish], '&language=English'))).toEqual(['created 1']);
    expect(idsOf(await ptc([english, spanish], '&language=Spanish'))).toEqual(['created 1-spanish']);
    expect(idsOf(await ptc([english, spanish]))).toEqual(['unchanged 1', 'unchanged 1-spanish']);
    expect(idsOf(await ptc([spanish, english]))).toEqual(['unchanged 1-spanish', 'unchanged 1']);
    expect(idsOf(await ptc([{ ...spanish, '[Product]': 'Nuevo' }]))).toEqual(['updated 1-spanish']);
    expect(idsOf(await ptc([{ ...english, '[Product]': 'New' }], '&feed=ptc')).slice(0, 1)).toEqual([
      'created 1',
    ]);
    expect((await stored()).map(({ name, feed }) => [name, feed])).toEqual([
      ['Eng', null],
      ['Nuevo', null],
      ['New', 'ptc'],
    ]);
  });

  it('keeps the IDs of the regulator, which differ, and those that were given first', async () => {
    const rows = rowsOfFile(sampleFiles['power-to-choose']);
    const reversed = await ptc(rows.toReversed());
    expect(reversed.map(({ externalId }) => externalId)).toEqual(rows.toReversed().map((row) => row.plan_id));
    expect(resultsOf(await ptc([spanish, english]))).toBe('created created');
    for (const file of [
      [english, spanish],
      [spanish, english],
    ])
      expect(resultsOf(await ptc(file))).toBe('unchanged unchanged');
    expect((await byExternalId()).get('1')).toMatchObject({ name: 'Esp' });
  });

  it('can be in neither: such a row fails, and rows in the other one are counted', async () => {
    const rows = ['English', 'Español', ' es ', '', 'French'].map((language, index) => ({
      ...plan,
      '[idKey]': `${index}`,
      '[Language]': language,
    }));
    await ptc(rows.slice(0, 4), '&feed=ptc');
    const lines = await ptc(rows, '&feed=ptc&language=English&complete=true');
    expect(errorsOf(lines)).toEqual([
      ['[Language]', '', '[Language] is required with language=English'],
      ['[Language]', 'French', '[Language] must be English or Spanish'],
    ]);
    // The row without a language still lists its offer; those in Spanish are not in the feed of English ones.
    const counts = { unchanged: 1, retired: 2, failed: 2, skipped: 2 };
    expect(summaryOf(lines)).toEqual({ created: 0, updated: 0, ...counts });
    const offers = await byExternalId();
    expect(['0', '1', '2', '3'].map((id) => offers.get(id)?.status)).toEqual([
      'active',
      'inactive',
      'inactive',
      'active',
    ]);
    expect(offers.get('1')).toMatchObject({ serviceSpecificData: { language: 'Spanish' } });
    const none = summaryOf(await ptc(rows.slice(1, 3), '&feed=ptc&language=English&complete=true'));
    expect(none).toMatchObject({
      skipped: 2,
      retired: 0,
      notRetiredBecause: expect.stringMatching(/^All rows are in another language/),
    });
  });
});

it('a second row with the same ID and other values is refused, with the line of the first', async () => {
  const rows = [plan, { ...plan, '[kwh500]': '0.16' }, plan, { ...plan, '[idKey]': '2' }];
  for (const result of ['created', 'unchanged']) {
    const lines = await ptc(rows);
    expect(resultsOf(lines)).toBe(`${result} failed unchanged ${result}`);
    expect(errorsOf(lines)).toEqual([
      ['[idKey]', '1', expect.stringMatching(/^\[idKey\] is the same as in line 2, but the rows differ/)],
    ]);
  }
});

it('what a file lists becomes active, but not what its owner has made inactive or archived', async () => {
  const statuses = { 1: 'inactive', 2: 'archived', 3: 'draft', 4: 'active' };
  const rows = Object.keys(statuses).map((id) => ({ ...plan, '[idKey]': id }));
  await ptc(rows, '&status=draft');
  for (const [id, status] of Object.entries(statuses))
    for (const next of status === 'draft' ? [] : ['active', status])
      await harness.call('PATCH', `/provider/offers/ext:${id}`, { status: next }, provider);
  const now = async () => (await stored()).map(({ status }) => status);
  expect(await now()).toEqual(Object.values(statuses));
  await ptc(rows, '&status=draft');
  expect(await now()).toEqual(Object.values(statuses));
  expect(resultsOf(await ptc(rows))).toBe('unchanged unchanged updated unchanged');
  expect(await now()).toEqual(['inactive', 'archived', 'active', 'active']);
  expect(resultsOf(await ptc(rows.slice(0, 1), '&status=active'))).toBe('updated');
  expect(await now()).toEqual(['active', 'archived', 'active', 'active']);
});

describe('the fee for ending a contract', () => {
  it.each<[string, number | null, number | null]>([
    ['Cancellation Fee: $1,150.00', 1150, null],
    ['$20 per month remaining', null, 20],
    ['$20/mo. remaining', null, 20],
    ['Months remaining x $12.50', null, 12.5],
    ['$150.00 or $20 per remaining month', null, 20],
    ['$20 for each remaining month or $150.00', null, 20],
    ['$135 if less than 12 months, $15 per month remaining', null, 15],
    ['$99 plus $5 per remaining month', 99, 5],
    ['$100 in year one, $50 in year two', null, null],
    ['$10 per month or $20 per remaining month', null, null],
    ['$150 ($150.00)', 150, null],
    ['up to $150', null, null],
    ['$240 less 1/12 for each month, prorated', null, null],
    ['None', null, null],
  ])('is no wrong number: %s', async (text, once, perMonth) => {
    const [line] = await ptc([{ ...plan, '[CancelFee]': text }]);
    expect(line).toMatchObject({ result: 'created' });
    const [offer = {}] = await stored();
    expect(offer).toMatchObject({
      fees: { earlyTerminationFee: once },
      serviceSpecificData: { cancelFee: text },
      // The file says nothing about the start.
      pricing: { setupFee: null },
    });
    const { earlyTerminationFeePerRemainingMonth: read } = offer.contract as Json;
    expect(read).toBe(perMonth);
    const path = '/provider/offers/export?format=power-to-choose';
    expect((await harness.call('GET', path, undefined, provider)).text).toContain(
      text.includes(',') ? `"${text}"` : text,
    );
  });
});

describe('a label of bblabel-1', () => {
  const columns = fileFormats.find(({ name }) => name === 'bblabel-1')?.columns ?? [];
  const row = Object.fromEntries(columns.map(({ name, example }) => [name, example]));

  it('has an introductory price for months in digits or words, and for years', async () => {
    const months: Record<string, number> = {
      'for the first year': 12,
      'first six months': 6,
      '1 year': 12,
      'two years': 24,
      'for eighteen (18) months': 18,
      'twenty-four months': 24,
      'for the first 3 months of a 24-month contract': 3,
      '39.95 a month for 6 mos.': 6,
    };
    const rows = Object.keys(months).map((text, index) => ({
      ...row,
      unique_plan_identifier: `P${index}`,
      fee_introductory_description: text,
      contract_details: 'one year',
    }));
    expect(resultsOf(await upload(rows, 'bblabel-1'))).toBe(rows.map(() => 'created').join(' '));
    expect(await stored()).toMatchObject(
      Object.values(months).map((each) => ({
        introductory: { monthlyPrice: 39.95, months: each },
        contract: { months: 12, required: true },
      })),
    );
  });

  it('fails if the time of its introductory price cannot be read', async () => {
    const texts = ['for now', '6 or 12 months', ''];
    const rows = texts.map((text) => ({ ...row, fee_introductory_description: text }));
    const lines = await upload(rows, 'bblabel-1');
    expect(resultsOf(lines)).toBe('failed failed failed');
    expect(errorsOf(lines)).toEqual(
      texts.map((text) => [
        'fee_introductory_description',
        text,
        'fee_introductory_description must contain for how many months or years the introductory price applies, such as: for the first 6 months',
      ]),
    );
  });

  it('names the cell of the end of a range that is out of bounds', async () => {
    const cells = {
      bandwidth_download_units: 'Gbps',
      bandwidth_download_marketed_low: '',
      bandwidth_download_marketed_high: '',
      bandwidth_download_typical_low: '1',
      bandwidth_download_typical_high: '999',
      bandwidth_upload_units: 'Gbps',
      bandwidth_upload_marketed_low: '',
      bandwidth_upload_marketed_high: '',
      bandwidth_upload_typical_low: '',
      bandwidth_upload_typical_high: '998',
    };
    const [line] = await upload([{ ...row, ...cells }], 'bblabel-1');
    expect(errorsOf([line as FileResultLine])).toMatchObject([
      ['bandwidth_download_typical_high', '999', expect.stringContaining('400000')],
      ['bandwidth_upload_typical_high', '998', expect.stringContaining('400000')],
    ]);
  });
});

it('negative numbers are called so', async () => {
  expect(
    errorsOf(
      await ptc([
        { ...plan, '[kwh500]': '-0.05' },
        { ...plan, '[kwh500]': '14,9 ct' },
      ]),
    ),
  ).toEqual([
    ['[kwh500]', '-0.05', '[kwh500] must not be negative'],
    ['[kwh500]', '14,9 ct', '[kwh500] must be a number such as 14.9'],
  ]);
  const [sample = {}] = rowsOfFile(sampleFiles['fcc-broadband-label']);
  const cells = { monthly_price: '-$59.95', monthly_provider_fee: '9.95; ($4.00)', typical_latency: '-5' };
  expect(errorsOf(await upload([{ ...sample, ...cells }], 'fcc-broadband-label'))).toEqual([
    ['monthly_provider_fee', '9.95; ($4.00)', 'monthly_provider_fee must not contain a negative amount'],
    ['monthly_price', '-$59.95', 'monthly_price must not be negative'],
    ['typical_latency', '-5', 'typical_latency must not be negative'],
  ]);
});

it.each([
  ['[idKey],[Product]', '[TduCompanyName]'],
  ['idKey,Product', 'TduCompanyName'],
  ['plan_id,plan_name', 'tdu_area'],
])('a column that is missing in %s is named as the file would spell it: %s', async (header, missing) => {
  const query = '?format=power-to-choose&language=English';
  const { status, body } = await sendBulk(harness, provider, `${header}\n1,A\n`, {
    query,
    contentType: csvType,
  });
  const language = header.startsWith('plan')
    ? 'language'
    : header.startsWith('[')
      ? '[Language]'
      : 'Language';
  expect([status, (body.errors as { message: string }[]).map(({ message }) => message)]).toEqual([
    400,
    [
      `${missing} is a required column of the format power-to-choose`,
      `${language} is a required column with language=English`,
    ],
  ]);
});
