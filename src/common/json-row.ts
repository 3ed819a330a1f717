import { JsonBytes } from './json-bytes.js';
import type { RawRow } from './raw-query.js';
import type { WireRow } from './wire-row.js';

/** A member of a JSON object: the columns that it is made of, and how their text becomes its value. */
export interface Member {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
  /** The same by bytes, where the column's can be copied. */
  copy?: Copy;
}

type Copy = (into: JsonBytes, from: Buffer, begin: number, end: number) => void;

const one = (column: string, write: (text: string) => string, copy?: Copy): Member => ({
  columns: [column],
  write: (text) => (text === null || text === undefined ? 'null' : write(text)),
  copy,
});

const quoted: Copy = (into, from, begin, end) => into.quote(from, begin, end);
const unchanged: Copy = (into, from, begin, end) => into.copy(from, begin, end);

// oxlint-disable-next-line no-control-regex -- they are what JSON escapes
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Text. What needs no escape, which is nearly all, is not copied. */
export const text = (column: string) =>
  one(column, (value) => (escaped.test(value) ? JSON.stringify(value) : `"${value}"`), quoted);

/** Text that holds nothing to escape: an id, a name from our own list. */
export const plain = (column: string) => one(column, (value) => `"${value}"`, quoted);

/** What Postgres writes as JSON: jsonb, numbers, array_to_json(). It goes into the answer as it is. */
export const json = (column: string) => one(column, (value) => value, unchanged);

/** A timestamptz. */
export const moment = (column: string) => one(column, (value) => `"${isoTime(value)}"`, momentOf);

/** What takes more than one column, or a computation. */
export const computed = (columns: readonly string[], write: Member['write']): Member => ({ columns, write });

/** The same for every row. */
export const always = (value: unknown): Member => ({ columns: [], write: () => JSON.stringify(value) });

const utc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

/** `2026-01-31 09:30:00.5+00` -> `2026-01-31T09:30:00.500Z`, whatever the time zone of the connection. */
export function isoTime(timestamptz: string): string {
  const parts = utc.exec(timestamptz);
  if (!parts) return new Date(timestamptz).toISOString();
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').padEnd(3, '0')}Z`;
}

/** How a moment in UTC goes on behind what Postgres writes of it, by the length of that: with up to three decimals. */
const endings = new Map([
  ['2026-01-31 09:30:00+00'.length, '.000Z"'],
  ['2026-01-31 09:30:00.5+00'.length, '00Z"'],
  ['2026-01-31 09:30:00.52+00'.length, '0Z"'],
  ['2026-01-31 09:30:00.523+00'.length, 'Z"'],
]);
const [space, plus, zero] = [0x20, 0x2b, 0x30];

/** isoTime() by bytes. */
function momentOf(into: JsonBytes, from: Buffer, begin: number, end: number): void {
  const ending = endings.get(end - begin);
  const utcTime = from[end - 3] === plus && from[end - 2] === zero && from[end - 1] === zero;
  if (ending === undefined || !utcTime || from[begin + 10] !== space) {
    into.put(`"${isoTime(from.toString('latin1', begin, end))}"`);
    return;
  }
  into.put('"');
  into.copy(from, begin, begin + 10);
  into.put('T');
  into.copy(from, begin + 11, end - 3);
  into.put(ending);
}

/** Where the columns of the row that is being written begin and end: of one at a time, and without a wait. */
const begins = new Int32Array(1024);
const ends = new Int32Array(1024);

interface Part {
  name: string;
  prefix: Buffer;
  places: readonly number[];
  member: Member;
}

/**
 * An object of an answer, written straight from a row. To parse jsonb only to write it again is most of the work of a
 * page; here Postgres' own bytes go into the body.
 */
export class JsonRow {
  /** The columns to select, in the order in which a row has them. */
  readonly columns: string;
  /** The same, one by one. */
  readonly columnList: readonly string[];
  private readonly parts: readonly Part[];
  /** Where in the row each column stands. */
  private readonly places: ReadonlyMap<string, number>;

  /** `also` are columns to be found by `at`. They come first, so that they are found soon. */
  constructor(members: Record<string, Member>, also: readonly string[] = []) {
    const entries = Object.entries(members);
    const all = new Set([...also, ...entries.flatMap(([, { columns }]) => columns)]);
    this.places = new Map([...all].map((column, place) => [column, place]));
    this.columnList = [...all];
    this.columns = this.columnList.join(', ');
    this.parts = entries.map(([key, member], index) => {
      const name = `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      return { name, prefix: Buffer.from(name), places: member.columns.map((each) => this.at(each)), member };
    });
  }

  /** Where in the row a column stands. @throws for one that is not read */
  at(column: string): number {
    const place = this.places.get(column);
    if (place === undefined) throw new Error(`${column} is not among the columns`);
    return place;
  }

  /** The object as text. */
  write(row: RawRow): string {
    let text = '';
    for (const { name, places, member } of this.parts) {
      const [place = -1] = places;
      const value =
        places.length === 1
          ? member.write(row[place] ?? null)
          : member.write(...places.map((each) => row[each] ?? null));
      text += name + value;
    }
    return `${text}}`;
  }

  /** Puts the object into an answer. */
  put(row: WireRow, into: JsonBytes): JsonBytes {
    const { bytes } = row;
    row.places(begins, ends);
    for (const { prefix, places, member } of this.parts) {
      into.copy(prefix, 0, prefix.length);
      const place = places[0] ?? 0;
      const begin = begins[place] as number;
      const end = ends[place] as number;
      if (!member.copy) into.put(written(member, bytes, places));
      else if (end < begin) into.put('null');
      else member.copy(into, bytes, begin, end);
    }
    return into.put('}');
  }

  /** An answer of one object. */
  one(row: WireRow): Buffer {
    return this.put(row, new JsonBytes()).take();
  }

  /** Puts a list of the objects into an answer. */
  list(rows: readonly WireRow[], into = new JsonBytes()): JsonBytes {
    into.put('[');
    for (const [index, row] of rows.entries()) {
      if (index > 0) into.put(',');
      this.put(row, into);
    }
    return into.put(']');
  }
}

/** What a member makes of its texts. Most have two; a list of them would be made for each row. */
function written({ write }: Member, bytes: Buffer, places: readonly number[]): string {
  const [first, second] = places;
  if (first === undefined || second === undefined || places.length > 2)
    return write(...places.map((each) => textAt(bytes, each)));
  return write(textAt(bytes, first), textAt(bytes, second));
}

function textAt(bytes: Buffer, place: number): string | null {
  const begin = begins[place] as number;
  const end = ends[place] as number;
  return end < begin ? null : bytes.toString('utf8', begin, end);
}

/** A list of values that are JSON text already. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
