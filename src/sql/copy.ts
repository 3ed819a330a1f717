import { finished, pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import copyStreams from 'pg-copy-streams';

export type Cell = string | number | readonly string[] | null;

/** Builds a COPY statement for these columns. */
export const copyInto = (table: string, columns: readonly string[]) =>
  `COPY ${table} (${columns.join(', ')}) FROM STDIN`;

/**
 * Maximum number of bytes waiting to be sent, so that rows are encoded while Postgres stores the previous
 * ones.
 */
const highWaterMark = 4 * 1024 * 1024;

/**
 * Stores rows with COPY.
 * @param chunks rows in COPY's text format, requested as fast as Postgres accepts them
 * @throws the error of Postgres or of `chunks`, in which case no row is stored
 */
export async function copyRows(
  client: ClientBase,
  text: string,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  await pipeline(chunks, client.query(copyStreams.from(text, { highWaterMark })));
}

/** Stores rows that are in memory already. One call costs less than a pipeline. @throws the error of Postgres */
export async function copyBatch(client: ClientBase, text: string, rows: string): Promise<void> {
  const stream = client.query(copyStreams.from(text));
  stream.end(rows);
  await finished(stream);
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const special = /[\\\n\r\t]/;

/** Converts a text to COPY's text format. */
export const copyText = (text: string) =>
  special.test(text) ? text.replace(/[\\\n\r\t]/g, (char) => escapes[char] ?? char) : text;

/** Converts an array of texts to COPY's text format. */
export const copyList = (values: readonly string[]) =>
  copyText(
    `{${values.map((value) => `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`).join(',')}}`,
  );

/** Builds one row, including its line end; a list is written as an array. */
export const copyRow = (cells: readonly Cell[]) => `${cells.map(copyCell).join('\t')}\n`;

function copyCell(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return copyText(cell);
  return typeof cell === 'number' ? String(cell) : copyList(cell);
}
