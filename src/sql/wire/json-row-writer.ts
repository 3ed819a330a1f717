import { JsonBuffer } from './json-buffer.js';
import type { WireRow } from './wire-row.js';

/** The source of a member of a JSON object: its columns, and how they become the value. */
export type MemberSource = Copied | Computed;

/** One column, whose bytes `copy` writes; null stays null. */
interface Copied {
  columns: readonly [string];
  copy: Copy;
}

/** Several columns, whose texts `write` turns into JSON. */
interface Computed {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
}

type Copy = (into: JsonBuffer, from: Buffer, begin: number, end: number) => void;

const quoted: Copy = (into, from, begin, end) => into.appendString(from, begin, end);
const unchanged: Copy = (into, from, begin, end) => into.appendBytes(from, begin, end);

/** A text column. */
export const textMember = (column: string): MemberSource => ({ columns: [column], copy: quoted });

/** A column that Postgres writes as JSON: jsonb, a number, array_to_json(). Copied unchanged. */
export const jsonMember = (column: string): MemberSource => ({ columns: [column], copy: unchanged });

/** A timestamptz column, written in ISO 8601. */
export const timestampMember = (column: string): MemberSource => ({
  columns: [column],
  copy: writeTimestamp,
});

/** A value that is computed, or needs more than one column. */
export const computedMember = (columns: readonly string[], write: Computed['write']): MemberSource => ({
  columns,
  write,
});

/** The same value for every row. */
export const constantMember = (value: unknown): MemberSource => ({
  columns: [],
  write: () => JSON.stringify(value),
});

const utc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** `2026-01-31 09:30:00.5+00` -> `2026-01-31T09:30:00.500Z`, whatever the time zone of the connection. */
export function isoTime(timestamptz: string): string {
  const parts = utc.exec(timestamptz);
  if (!parts) return new Date(timestamptz).toISOString();
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0')}Z`;
}

/** The characters that complete a UTC time of Postgres to milliseconds, by the length of its text. */
const endings = new Map([
  ['2026-01-31 09:30:00+00'.length, '.000Z"'],
  ['2026-01-31 09:30:00.5+00'.length, '00Z"'],
  ['2026-01-31 09:30:00.52+00'.length, '0Z"'],
  ['2026-01-31 09:30:00.523+00'.length, 'Z"'],
]);
const [space, plus, zero] = [0x20, 0x2b, 0x30];

/** isoTime() on bytes, for the usual format. */
function writeTimestamp(into: JsonBuffer, from: Buffer, begin: number, end: number): void {
  const ending = endings.get(end - begin);
  const utcTime = from[end - 3] === plus && from[end - 2] === zero && from[end - 1] === zero;
  if (ending === undefined || !utcTime || from[begin + 10] !== space) {
    into.append(`"${isoTime(from.toString('latin1', begin, end))}"`);
    return;
  }
  into.append('"');
  into.appendBytes(from, begin, begin + 10);
  into.append('T');
  into.appendBytes(from, begin + 11, end - 3);
  into.append(ending);
}

/** Offsets of the columns of the current row. Rows are written one at a time and synchronously. */
const begins = new Int32Array(1024);
const ends = new Int32Array(1024);

interface Part {
  prefix: Buffer;
  columns: readonly number[];
  copy?: Copy;
  write: Computed['write'];
}

/** V8 reads objects faster when all of them have the same shape. */
const unset = { copy: undefined, write: () => '' };

/**
 * Writes a JSON object directly from a row. Parsing jsonb only to serialize it again would be most of the work of a page;
 * here the bytes of Postgres are copied into the response.
 */
export class JsonRowWriter {
  /** The SELECT list that a row must have. */
  readonly columns: string;
  /** The columns of the SELECT list. */
  readonly columnList: readonly string[];
  private readonly parts: readonly Part[];
  /** Index of each column in the row. */
  private readonly indexes: ReadonlyMap<string, number>;

  /** @param also more columns to select, for `at`; they come first because they are found fastest there */
  constructor(members: Record<string, MemberSource>, also: readonly string[] = []) {
    const entries = Object.entries(members);
    const all = new Set([...also, ...entries.flatMap(([, { columns }]) => columns)]);
    this.indexes = new Map([...all].map((column, index) => [column, index]));
    this.columnList = [...all];
    this.columns = this.columnList.join(', ');
    this.parts = entries.map(([key, member], index) => {
      const prefix = Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
      const columns = member.columns.map((column) => this.at(column));
      return { ...unset, prefix, ...member, columns };
    });
  }

  /** The index of a column in the row. @throws for a column that is not selected */
  at(column: string): number {
    const index = this.indexes.get(column);
    if (index === undefined) throw new Error(`${column} is not selected`);
    return index;
  }

  /** Appends the object of a row. */
  write(row: WireRow, into: JsonBuffer): JsonBuffer {
    const { bytes } = row;
    row.readOffsets(begins, ends);
    for (const { prefix, columns, copy, write } of this.parts) {
      into.appendBytes(prefix, 0, prefix.length);
      const first = columns[0] ?? 0;
      const begin = begins[first] as number;
      const end = ends[first] as number;
      if (!copy) into.append(compute(write, bytes, columns));
      else if (end < begin) into.append('null');
      else copy(into, bytes, begin, end);
    }
    return into.append('}');
  }

  /** The object of a row as text. */
  toText(row: WireRow): string {
    return this.write(row, new JsonBuffer()).text();
  }

  /** The object of a row as bytes. */
  toBuffer(row: WireRow): Buffer {
    return this.write(row, new JsonBuffer()).take();
  }

  /** Appends a list of objects. */
  writeList(rows: readonly WireRow[], into = new JsonBuffer()): JsonBuffer {
    into.append('[');
    for (const [index, row] of rows.entries()) {
      if (index > 0) into.append(',');
      this.write(row, into);
    }
    return into.append(']');
  }
}

/** Computes a member. The usual case of two columns avoids an array for each row. */
function compute(write: Computed['write'], bytes: Buffer, columns: readonly number[]): string {
  const [first, second] = columns;
  if (first === undefined || second === undefined || columns.length > 2)
    return write(...columns.map((column) => textAt(bytes, column)));
  return write(textAt(bytes, first), textAt(bytes, second));
}

function textAt(bytes: Buffer, column: number): string | null {
  const begin = begins[column] as number;
  const end = ends[column] as number;
  return end < begin ? null : bytes.toString('utf8', begin, end);
}

/** A JSON list of values in JSON text. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
