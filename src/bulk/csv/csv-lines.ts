import { isUtf8 } from 'node:buffer';
import { DomainError, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { maxLineBytes } from '../bulk-row.js';
import { endWithFailure, type Line } from '../lines.js';
import { CsvSplitter, type CsvRecord } from './csv-splitter.js';

/** Rows that are parsed together, because a call of the parser takes as long as ten rows. */
const maxGroupRows = 50;
const maxGroupBytes = 262_144;
const maxHeaderBytes = 65_536;
const maxColumns = 2_000;

/** Converts the cells of a row, which are as many as there are columns; undefined if the row is left out. */
export type ReadCells = (
  cells: readonly string[],
  line: number,
) => Pick<Line, 'body' | 'cause' | 'locate' | 'listing'> | undefined;

/**
 * Reads a CSV file in UTF-8 (RFC 4180), with `;` or `,` between cells, with or without a byte order mark. Yields a line for
 * each row that is not blank. A row that cannot be read has a cause, and the rows after it are read as usual.
 * @param compile checks the names of the columns and returns the function that converts the rows
 * @throws ValidationFailed for a header row that cannot be used, and the errors of `compile`
 */
export async function* readCsvLines(
  chunks: AsyncIterable<Buffer>,
  compile: (columns: string[]) => ReadCells,
): AsyncGenerator<Line> {
  const { parse } = await import('csv-parse/sync');
  const splitter = new CsvSplitter(maxLineBytes);
  const parseRows: ParseRows = (records) => {
    const delimiter = splitter.delimiter === 0x3b ? ';' : ',';
    const quoted = records.filter(hasQuotes);
    const text = Buffer.concat(quoted.flatMap((bytes) => [bytes, lineBreak]));
    const parsed =
      quoted.length > 0
        ? parse(text, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true })
        : [];
    // A row without quotes needs no parser, which takes ten times as long as splitting it.
    return records.map((bytes) =>
      hasQuotes(bytes) ? (parsed.shift() ?? []) : bytes.toString('utf8').replace(/\r$/, '').split(delimiter),
    );
  };
  let columnCount = 0;
  let read: ReadCells | undefined;
  let group: CsvRecord[] = [];
  let groupBytes = 0;
  for await (const line of endWithFailure(splitter.split(chunks))) {
    const record = line as CsvRecord;
    if (!read) {
      const columns = readHeader(record, parseRows);
      columnCount = columns.length;
      read = compile(columns);
      continue;
    }
    group.push(record);
    groupBytes += record.bytes?.length ?? 0;
    if (group.length < maxGroupRows && groupBytes < maxGroupBytes) continue;
    yield* toLines(group, { columnCount, parseRows, read });
    [group, groupBytes] = [[], 0];
  }
  if (!read) throw headerError('is empty; its first row must contain the names of the columns');
  yield* toLines(group, { columnCount, parseRows, read });
}

/** What other files have between cells. */
const separators = [
  ['tabs', '\t'],
  ['vertical bars', '|'],
] as const;

const headerError = (message: string) =>
  new ValidationFailed([{ ...fieldError([], 'header', message), message: `The file ${message}`, line: 1 }]);

/** Returns the names of the columns. @throws ValidationFailed */
function readHeader({ bytes, cause }: CsvRecord, parseRows: ParseRows): string[] {
  if (bytes && /\r(?!\n|$)/.test(bytes.toString('latin1')))
    throw headerError('must have line ends of CRLF or LF; a carriage return alone does not end a line');
  if (cause) throw cause;
  if (!bytes || bytes.length > maxHeaderBytes)
    throw headerError(`must have a header row of at most ${maxHeaderBytes} bytes`);
  if (!isReadable(bytes)) throw headerError('must be in UTF-8');
  const columns = (parseRows([bytes])[0] ?? []).map((name) => name.trim());
  const [separator] =
    separators.find(([, character]) => columns.some((name) => name.includes(character))) ?? [];
  if (separator !== undefined && columns.length === 1)
    throw headerError(`must have , or ; between cells; those of its first row are separated by ${separator}`);
  if (columns.length > maxColumns) throw headerError(`must have at most ${maxColumns} columns`);
  const repeated = [...new Set(columns.filter((name, at) => name !== '' && columns.indexOf(name) !== at))];
  if (repeated.length > 0)
    throw new ValidationFailed(
      repeated.map((name) => ({
        ...fieldError([name], 'duplicate', 'must not be the name of more than one column'),
        line: 1,
        column: name,
      })),
    );
  return columns;
}

const hasQuotes = (bytes: Buffer) => bytes.includes(0x22);

/** Without NUL, valid UTF-8 can be stored. */
const isReadable = (bytes: Buffer) => isUtf8(bytes) && !bytes.includes(0);

/** Parses rows without line breaks at their ends. */
type ParseRows = (records: Buffer[]) => string[][];

interface RowParser {
  columnCount: number;
  parseRows: ParseRows;
  read: ReadCells;
}

function* toLines(
  records: readonly CsvRecord[],
  { columnCount, parseRows, read }: RowParser,
): Generator<Line> {
  const rows = new Map<CsvRecord, string[]>();
  const parseable = records.filter(
    ({ bytes, cause, cellCount }) => bytes && !cause && cellCount <= 2 * maxColumns && isReadable(bytes),
  );
  const parsed = parseRows(parseable.map(({ bytes = lineBreak }) => bytes));
  for (const [index, cells] of parsed.entries()) rows.set(parseable[index] as CsvRecord, cells);
  for (const record of records) {
    const { number, bytes } = record;
    try {
      const cells = rows.get(record) ?? explainUnparsed(record, columnCount);
      if (cells.every((cell) => cell === '')) continue;
      const line = read(withCount(cells, columnCount), number);
      if (line) yield { number, bytes, ...line };
    } catch (cause) {
      if (!(cause instanceof DomainError)) throw cause;
      yield { number, bytes, cause, locate: () => undefined };
    }
  }
}

const lineBreak = Buffer.from('\n');

/** @throws DomainError why a row could not be parsed */
function explainUnparsed({ bytes, cause, cellCount }: CsvRecord, columnCount: number): never {
  if (cause) throw cause;
  if (!bytes)
    throw new DomainError('PAYLOAD_TOO_LARGE', `The row must not be longer than ${maxLineBytes} bytes`);
  if (cellCount > columnCount) throw wrongCount(cellCount, columnCount);
  throw rowError('The row must be in UTF-8 without NUL characters');
}

const rowError = (message: string) =>
  new ValidationFailed([{ field: '', pointer: '', code: 'csv', message }]);

const wrongCount = (cellCount: number, columnCount: number) =>
  rowError(`The row has ${cellCount} cells, but the header row has ${columnCount}`);

/** Removes empty cells after those of the columns. @throws ValidationFailed for a row with another number of cells */
function withCount(cells: readonly string[], columnCount: number): readonly string[] {
  if (cells.length < columnCount || cells.slice(columnCount).some((cell) => cell !== ''))
    throw wrongCount(cells.length, columnCount);
  return cells.length === columnCount ? cells : cells.slice(0, columnCount);
}
