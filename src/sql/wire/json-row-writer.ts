import { JsonBuffer } from './json-buffer.js';
import type { WireRow } from './wire-row.js';

/** The source of a member of a JSON object: its columns, and how they become the value. */
export type MemberSource = Copied | Written | Constant;

/** One column, whose bytes are written by `copy`. */
interface Copied {
  columns: readonly [string];
  copy: Copy;
  /** JSON for null. */
  ifNull: string;
}

/** Any number of columns, from which `write` appends the value. */
interface Written {
  columns: readonly string[];
  write: Write;
}

/** JSON that is the same in every row. */
interface Constant {
  columns: readonly [];
  json: string;
}

type Copy = (into: JsonBuffer, from: Buffer, begin: number, end: number) => void;
/** @param at the indexes of the columns in the row `from` */
type Write = (into: JsonBuffer, from: Buffer, at: readonly number[]) => void;

const quoted: Copy = (into, from, begin, end) => into.appendString(from, begin, end);
const unchanged: Copy = (into, from, begin, end) => into.appendBytes(from, begin, end);
const copied = (column: string, copy: Copy, ifNull = 'null'): Copied => ({ columns: [column], copy, ifNull });

/** Declares a member for a text column. */
export const textMember = (column: string) => copied(column, quoted);

/**
 * Declares a member for a column that Postgres writes as JSON: jsonb, a number, array_to_json(). It is copied
 * unchanged.
 */
export const jsonMember = (column: string, ifNull?: string) => copied(column, unchanged, ifNull);

/** Declares a member for a timestamptz column, written in ISO 8601 format. */
export const timestampMember = (column: string) => copied(column, writeTimestamp);

/** Declares a member whose value is computed from the texts of its columns. */
export const computedMember = (
  columns: readonly string[],
  compute: (...texts: (string | null)[]) => string,
): MemberSource => ({
  columns,
  write: (into, from, at) => void into.append(compute(...at.map((column) => textAt(from, column)))),
});

/**
 * Declares a member for a column that counts parts of a unit, such as cents, written in whole units: 5990 is 59.9. It is null
 * if the column is null, and never negative.
 * @param unit the column that names the unit
 * @param decimalsOf returns the number of decimal places of a unit
 */
export const decimalMember = (
  column: string,
  unit: string,
  decimalsOf: (unit: string) => number,
): MemberSource => ({
  columns: [column, unit],
  write: (into, from, [count = 0, unitAt = 0]) => {
    const begin = begins[count] as number;
    const end = ends[count] as number;
    if (end < begin) into.append('null');
    else writeDecimal(into, from, begin, end, decimalsOf(textAt(from, unitAt) ?? ''));
  },
});

/** Declares a member that is an object. It is null if the first column is null. */
export function objectMember(members: Record<string, Copied>): MemberSource {
  const entries = Object.entries(members).map(([key, { copy, ifNull }], index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`,
    copy,
    ifNull,
  }));
  return {
    columns: Object.values(members).map(({ columns: [column] }) => column),
    write: (into, from, at) => {
      const [first = 0] = at;
      if ((ends[first] as number) < (begins[first] as number)) {
        into.append('null');
        return;
      }
      for (let index = 0; index < entries.length; index += 1) {
        const { prefix, copy, ifNull } = entries[index] as (typeof entries)[number];
        const begin = begins[at[index] as number] as number;
        const end = ends[at[index] as number] as number;
        into.append(prefix);
        if (end < begin) into.append(ifNull);
        else copy(into, from, begin, end);
      }
      into.append('}');
    },
  };
}

/** Declares a member that has the same value in every row. */
export const constantMember = (value: unknown): MemberSource => ({
  columns: [],
  json: JSON.stringify(value),
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

/** Writes digits with a decimal point, without zeros at the end. */
function writeDecimal(into: JsonBuffer, from: Buffer, begin: number, end: number, decimals: number): void {
  const point = end - decimals;
  if (point <= begin) {
    into.append(String(Number(from.toString('latin1', begin, end)) / 10 ** decimals));
    return;
  }
  let last = end;
  while (last > point && from[last - 1] === zero) last -= 1;
  into.appendBytes(from, begin, point);
  if (last === point) return;
  into.append('.');
  into.appendBytes(from, point, last);
}

/** Offsets of the columns in the current row. Rows are written synchronously, one after another. */
const begins = new Int32Array(1024);
const ends = new Int32Array(1024);

/** What is written for a member whose value is not constant. */
interface Part {
  /** All that is constant between the previous value and this one. */
  prefix: Buffer;
  /** The same, and JSON for null. */
  prefixAndNull: Buffer;
  columns: readonly number[];
  copy?: Copy;
  write?: Write;
}

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
  /** What follows the last value. */
  private readonly closing: Buffer;
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
    let constant = '{';
    this.parts = entries.flatMap(([key, member], index) => {
      constant += `${index === 0 ? '' : ','}${JSON.stringify(key)}:`;
      if ('json' in member) {
        constant += member.json;
        return [];
      }
      const prefix = constant;
      constant = '';
      const { copy, write, ifNull } = { copy: undefined, write: undefined, ifNull: '', ...member };
      const columns = member.columns.map((column) => this.at(column));
      return [
        { prefix: Buffer.from(prefix), prefixAndNull: Buffer.from(prefix + ifNull), columns, copy, write },
      ];
    });
    this.closing = Buffer.from(`${constant}}`);
  }

  /** Returns whether the SELECT list contains a column. */
  has(column: string): boolean {
    return this.indexes.has(column);
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
    for (const { prefix, prefixAndNull, columns, copy, write } of this.parts) {
      if (write) {
        into.appendBytes(prefix, 0, prefix.length);
        write(into, bytes, columns);
        continue;
      }
      const first = columns[0] as number;
      const begin = begins[first] as number;
      const end = ends[first] as number;
      if (end < begin) into.appendBytes(prefixAndNull, 0, prefixAndNull.length);
      else {
        into.appendBytes(prefix, 0, prefix.length);
        copy?.(into, bytes, begin, end);
      }
    }
    into.appendBytes(this.closing, 0, this.closing.length);
    return into;
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

function textAt(bytes: Buffer, column: number): string | null {
  const begin = begins[column] as number;
  const end = ends[column] as number;
  return end < begin ? null : bytes.toString('utf8', begin, end);
}

/** Returns a JSON array of values in JSON text. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
