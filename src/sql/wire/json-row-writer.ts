import { JsonBuffer } from './json-buffer.js';
import type { WireRow } from './wire-row.js';

/** The source of a member of a JSON object: its columns, and how they are converted to the value. */
export type MemberSource = Copied | Computed;

/** One column, whose bytes are written by `copy`; null remains null. */
interface Copied {
  columns: readonly [string];
  copy: Copy;
}

/** Several columns, whose texts are converted to JSON by `write`. */
interface Computed {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
}

type Copy = (into: JsonBuffer, from: Buffer, begin: number, end: number) => void;

const quoted: Copy = (into, from, begin, end) => into.appendString(from, begin, end);
const unchanged: Copy = (into, from, begin, end) => into.appendBytes(from, begin, end);

/** Declares a member for a text column. */
export const textMember = (column: string): MemberSource => ({ columns: [column], copy: quoted });

/**
 * Declares a member for a column that Postgres writes as JSON: jsonb, a number, array_to_json(). It is copied
 * unchanged.
 */
export const jsonMember = (column: string): MemberSource => ({ columns: [column], copy: unchanged });

/** Declares a member for a timestamptz column, written in ISO 8601 format. */
export const timestampMember = (column: string): MemberSource => ({
  columns: [column],
  copy: writeTimestamp,
});

/** Declares a member whose value is computed or requires several columns. */
export const computedMember = (columns: readonly string[], write: Computed['write']): MemberSource => ({
  columns,
  write,
});

/** Declares a member that has the same value in every row. */
export const constantMember = (value: unknown): MemberSource => ({
  columns: [],
  write: () => JSON.stringify(value),
});

const utc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** Converts `2026-01-31 09:30:00.5+00` to `2026-01-31T09:30:00.500Z`, in any time zone of the connection. */
export function isoTime(timestamptz: string): string {
  const parts = utc.exec(timestamptz);
  if (!parts) return new Date(timestamptz).toISOString();
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0')}Z`;
}

/** The characters that extend a UTC time of Postgres to milliseconds, by the length of its text. */
const endings = new Map([
  ['2026-01-31 09:30:00+00'.length, '.000Z"'],
  ['2026-01-31 09:30:00.5+00'.length, '00Z"'],
  ['2026-01-31 09:30:00.52+00'.length, '0Z"'],
  ['2026-01-31 09:30:00.523+00'.length, 'Z"'],
]);
const [space, plus, zero] = [0x20, 0x2b, 0x30];

/** Writes bytes in the usual format as isoTime() does. */
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

/** Offsets of the columns in the current row. Rows are written synchronously, one after another. */
const begins = new Int32Array(1024);
const ends = new Int32Array(1024);

interface Part {
  prefix: Buffer;
  columns: readonly number[];
  copy?: Copy;
  write: Computed['write'];
}

/** V8 reads objects faster if all of them have the same shape. */
const unset = { copy: undefined, write: () => '' };

/**
 * Writes a JSON object directly from a row. Parsing jsonb only to serialize it again would be most of the
 * work for a page; here, the bytes from Postgres are copied into the response.
 */
export class JsonRowWriter {
  /** The SELECT list that a row must have. */
  readonly columns: string;
  /** The columns of the SELECT list. */
  readonly columnList: readonly string[];
  private readonly parts: readonly Part[];
  /** Index of each column in the row. */
  private readonly indexes: ReadonlyMap<string, number>;

  /**
   * @param also additional columns to select, for `at`; they are first because columns are found fastest
   * there
   */
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

  /** Returns the index of a column in the row. @throws Error if the column is not selected */
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

  /** Returns the object of a row as text. */
  toText(row: WireRow): string {
    return this.write(row, new JsonBuffer()).text();
  }

  /** Returns the object of a row as bytes. */
  toBuffer(row: WireRow): Buffer {
    return this.write(row, new JsonBuffer()).take();
  }

  /** Returns the number of bytes of each object, which is written for this purpose. */
  *sizes(rows: readonly WireRow[]): Generator<number> {
    for (const row of rows) yield this.toBuffer(row).length;
  }

  /** Appends an array with the objects of the rows. */
  writeList(rows: readonly WireRow[], into = new JsonBuffer()): JsonBuffer {
    into.append('[');
    for (const [index, row] of rows.entries()) {
      if (index > 0) into.append(',');
      this.write(row, into);
    }
    return into.append(']');
  }
}

/** Computes a member. The usual case of two columns avoids creating an array for each row. */
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

/** Returns a JSON array of values in JSON text. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
