import { jest } from '@jest/globals';
import * as fc from 'fast-check';
import { cellsOf } from '../../src/offers/files/as-published.js';
import { fileFormats } from '../../src/offers/files/formats/all-formats.js';
import type { FileFormat } from '../../src/offers/files/formats/file-format.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { cellMeaning, formatRows } from '../support/format-rows.js';
import { start, type Harness } from '../support/harness.js';
import {
  fileOfRows,
  resultsOf,
  rowsOfFile,
  sampleFiles,
  uploadFile,
  type FileCells,
} from '../support/offer-file.js';
import { testSeed } from '../support/seed.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const words = (count: number, word: string) => Array.from({ length: count }, () => word).join(' ');
const upload = (file: string, format: string, team = provider) =>
  uploadFile(harness, team, file, `?format=${format}`);

/** Exports a format, and returns the file. */
async function exportFormat(format: string, team = provider, more = ''): Promise<string> {
  const reply = await harness.call('GET', `/provider/offers/export?format=${format}${more}`, undefined, team);
  expect([reply.status, reply.headers['content-type']]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
  ]);
  return reply.text;
}

/** Returns rows with the names that the documentation gives to the columns, instead of those in a file. */
function withPlainNames(format: string, rows: readonly FileCells[]): FileCells[] {
  const columns = fileFormats.find(({ name }) => name === format)?.columns ?? [];
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const nameOf = (as: string) =>
    columns.find(({ name, otherNames = [] }) => [name, ...otherNames].map(plain).includes(plain(as)))?.name ??
    as;
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([as, cell]) => [nameOf(as), cell])));
}

/** Returns what rows mean, only in the columns that a file has. */
const meanings = (rows: readonly FileCells[], columns: readonly string[]) =>
  rows.map((row) => Object.fromEntries(columns.map((name) => [name, cellMeaning(name, row[name] ?? '')])));

/** Expects the export to say what the rows say, and an import of it to change nothing. */
async function expectRoundTrip(
  format: string,
  given: readonly FileCells[],
  team = provider,
): Promise<FileCells[]> {
  const file = await exportFormat(format, team);
  const exported = withPlainNames(format, rowsOfFile(file));
  const rows = withPlainNames(format, given);
  const columns = Object.keys(rows[0] ?? {});
  expect(meanings(exported, columns)).toEqual(meanings(rows, columns));
  const again = await upload(file, format, team);
  expect(resultsOf(again)).toBe(words(rows.length, 'unchanged'));
  return exported;
}

const bblabelColumns = fileFormats.find(({ name }) => name === 'bblabel-1')?.columns ?? [];
const bblabelRow = Object.fromEntries(bblabelColumns.map(({ name, example }) => [name, example]));
const bblabelRows: FileCells[] = [
  bblabelRow,
  {
    ...bblabelRow,
    unique_plan_identifier: 'M00059379745G',
    connection_type: 'mobile',
    network_technology_type: '500',
    bandwidth_download_units: 'Gbps',
    bandwidth_download_marketed_low: '1',
    bandwidth_download_marketed_high: '2',
    bandwidth_download_typical_low: '0.1',
    bandwidth_download_typical_high: '',
    fee_early_termination: 'Varies',
    fee_introductory_description: 'for the first year of a two-year contract',
    contract_required: 'No',
    fee_data_usage_description: 'per 1.5 GB',
  },
  {
    ...Object.fromEntries(bblabelColumns.map(({ name }) => [name, ''])),
    unique_plan_identifier: 'MIN',
    service_plan_name: 'Minimum',
    price_recurring: '10',
  },
];

describe('a file that was imported', () => {
  it.each([
    ...Object.entries(sampleFiles).map(([format, file]) => [format, rowsOfFile(file)] as const),
    ['bblabel-1', bblabelRows] as const,
  ])('is exported with every value: the rows of %s', async (format, rows) => {
    expect(resultsOf(await upload(fileOfRows(rows), format))).toBe(words(rows.length, 'created'));
    await expectRoundTrip(format, rows);
  });

  it.each(fileFormats.map(({ name }) => name))(
    'is exported with every value: random rows of %s',
    async (format) => {
      let accepted = 0;
      // Not a property of fast-check, whose search for a shorter example would take minutes.
      for (const rows of fc.sample(formatRows(format, 25), { seed: testSeed, numRuns: 3 })) {
        const team = await makeTeam(harness, 'provider');
        const results = await upload(fileOfRows(rows), format, team);
        const created = rows.filter((_, index) => results[index]?.result === 'created');
        accepted += created.length;
        await expectRoundTrip(format, created, team);
      }
      expect(accepted).toBeGreaterThan(0);
    },
  );

  it('is exported with the new values of an offer that has changed', async () => {
    const [sample = {}] = rowsOfFile(sampleFiles['fcc-broadband-label']);
    const row = {
      ...sample,
      intro_rate: 'No',
      contract_req: 'No',
      contract_time: '0',
      monthly_data_allow: 'Unlimited',
      monthly_provider_fee_descr: 'none',
      monthly_provider_fee: '',
    };
    const [created] = await upload(fileOfRows([row]), 'fcc-broadband-label');
    const kept = {
      intro_rate: 'No',
      intro_rate_price: '39.95',
      contract_time: '0',
      monthly_data_allow: 'Unlimited',
    };
    expect(rowsOfFile(await exportFormat('fcc-broadband-label'))).toMatchObject([kept]);
    const path = `/provider/offers/${created?.id}`;
    const { complianceData } = (await harness.call('GET', path, undefined, provider)).body;
    const broadbandLabel = { ...complianceData.broadbandLabel, dataCapGb: 500 };
    const monthlyFees = [{ name: 'Router; rented', amount: 5, kind: 'equipment' }];
    const patch = { monthlyPrice: 61.5, monthlyFees, complianceData: { ...complianceData, broadbandLabel } };
    expect((await harness.call('PATCH', path, patch, provider)).status).toBe(200);
    expect(rowsOfFile(await exportFormat('fcc-broadband-label'))).toMatchObject([
      {
        ...kept,
        monthly_price: '61.5',
        monthly_data_allow: '500',
        monthly_provider_fee_descr: 'Router, rented',
        monthly_provider_fees: '5.00',
      },
    ]);
  });
});

it('reads published cells of no other columns than those of the format, whatever an offer contains', () => {
  const format = fileFormats.find(({ name }) => name === 'fcc-broadband-label') as FileFormat;
  const cells = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`other_${index}`, 'x']));
  const asPublished = { format: format.name, cells: { ...cells, tier_plan_name: 'Silver' } };
  const read = jest.spyOn(format, 'read');
  const written = cellsOf(format, { name: 'Fibre 500', complianceData: { asPublished } });
  expect([written.service_plan_name, written.tier_plan_name]).toEqual(['Fibre 500', undefined]);
  expect(read.mock.calls.length).toBeLessThanOrEqual(format.columns.length);
  read.mockRestore();
});

describe('GET /provider/offers/export?format=', () => {
  it('lists offers of the category of the format, active ones by default', async () => {
    const draft = '?format=power-to-choose&status=draft';
    await uploadFile(harness, provider, sampleFiles['power-to-choose'], draft);
    await upload(sampleFiles.sonarbcd, 'sonarbcd');
    expect(rowsOfFile(await exportFormat('power-to-choose'))).toEqual([]);
    expect(rowsOfFile(await exportFormat('power-to-choose', provider, '&status=draft')).length).toBe(40);
    expect(rowsOfFile(await exportFormat('fcc-broadband-label')).length).toBe(8);
    const path = '/provider/offers/export?format=sonarbcd';
    const wrong = await harness.call('GET', `${path}&category=energy`, undefined, provider);
    expect([wrong.status, wrong.body.errors?.[0].field]).toEqual([400, 'category']);
    const json = { ...provider, headers: { accept: 'application/json' } };
    expect((await harness.call('GET', path, undefined, json)).status).toBe(406);
  });
});
