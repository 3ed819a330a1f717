import { parse } from 'csv-parse/sync';
import type { TestTeam } from './factories.js';
import { sendBulk, parseJsonLines, type BulkResultLine } from './bulk-upload.js';
import type { Harness } from './harness.js';
import { readSource } from './source-files.js';

export const csvType = 'text/csv';

/** A result line with where in the file each error is. */
export interface FileResultLine extends Omit<BulkResultLine, 'problem'> {
  problem?: {
    code: string;
    detail: string;
    errors?: { field: string; message: string; line?: number; column?: string; value?: string }[];
  };
}

/** Uploads a CSV file. Expects a 200. */
export async function uploadFile(
  harness: Harness,
  team: TestTeam,
  file: string,
  query = '',
): Promise<FileResultLine[]> {
  const reply = await sendBulk(harness, team, file, { query, contentType: csvType });
  expect([reply.status, reply.status === 200 ? '' : reply.text]).toEqual([200, '']);
  return parseJsonLines<FileResultLine>(reply.text);
}

/** Exports the offers of a team, as objects and as a CSV file. */
export async function exportOffersOf(
  harness: Harness,
  team: TestTeam,
): Promise<{ offers: Record<string, unknown>[]; file: string }> {
  const path = '/provider/offers/export';
  const lines = await harness.call('GET', path, undefined, team);
  const file = await harness.call('GET', path, undefined, { ...team, headers: { accept: csvType } });
  expect(file.headers['content-type']).toMatch(/^text\/csv; *charset=utf-8/);
  return { offers: parseJsonLines(lines.text), file: file.text };
}

/** Returns the results of an upload as one text: `created created failed`. */
export const resultsOf = (lines: readonly { result: string }[]) =>
  lines.map(({ result }) => result).join(' ');

/** Files as providers and regulators publish them, by their format. */
export const sampleFiles = {
  'power-to-choose': readSource('test/data/powertochoose-sample.csv'),
  'fcc-broadband-label': readSource('test/data/fcc-broadband-label-template-row.csv'),
  sonarbcd: readSource('test/data/sonarbcd-bcd.csv'),
};

export type FileCells = Record<string, string>;

export const rowsOfFile = (file: string): FileCells[] => parse(file, { columns: true });

/** Writes rows, all of whose cells are in quotes. */
export const fileOfRows = (rows: readonly FileCells[], delimiter = ',') =>
  [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
    .join('\r\n');
