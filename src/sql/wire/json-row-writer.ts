import { JsonBuffer } from './json-buffer.js';
import type { WireRow } from './wire-row.js';

/** A member of a JSON object: the columns that it is made of, and how they become its value. */
export type MemberSource = Copied | Computed;

/** The bytes of one column, null or what `copy` makes of them. */
interface Copied {
  columns: readonly [string];
  copy: Copy;
}

/** What is made of the texts of some columns. */
interface Computed {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
}

type Copy = (into: JsonBuffer, from: Buffer, begin: number, end: number) => void;

const quoted: Copy = (into, from, begin, end) => into.quote(from, begin, end);
const unchanged: Copy = (into, from, begin, end) => into.copy(from, begin, end);

/** Text. */
export const textMember = (column: string): MemberSource => ({ columns: [column], copy: quoted });

/** What Postgres writes as JSON: jsonb, numbers, array_to_json(). It goes into the answer as it is. */
export const jsonMember = (column: string): MemberSource => ({ columns: [column], copy: unchanged });

/** A timestamptz. */
export const timestampMember = (column: string): MemberSource => ({ columns: [column], copy: momentOf });

/** What takes more than one column, or a computation. */
export const computedMember = (columns: readonly string[], write: Computed['write']): MemberSource => ({
  columns,
  write,
});

/** The same for every row. */
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

/** How a moment in UTC goes on behind what Postgres writes of it, by the length of that: with up to three decimals. */
const endings = new Map([
  ['2026-01-31 09:30:00+00'.length, '.000Z"'],
  ['2026-01-31 09:30:00.5+00'.length, '00Z"'],
  ['2026-01-31 09:30:00.52+00'.length, '0Z"'],
  ['2026-01-31 09:30:00.523+00'.length, 'Z"'],
]);
const [space, plus, zero] = [0x20, 0x2b, 0x30];

/** isoTime() of bytes, into a string of JSON. */
function momentOf(into: JsonBuffer, from: Buffer, begin: number, end: number): void {
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
  prefix: Buffer;
  places: readonly number[];
  copy?: Copy;
  write: Computed['write'];
}

/** Parts of one shape cost V8 less to read. */
const unset = { copy: undefined, write: () => '' };

/**
 * An object of an answer, written straight from a row. To parse jsonb only to write it again is most of the work of a
 * page; here Postgres' own bytes go into the body.
 */
export class JsonRowWriter {
  /** The columns to select, in the order in which a row has them. */
  readonly columns: string;
  /** The same, one by one. */
  readonly columnList: readonly string[];
  private readonly parts: readonly Part[];
  /** Where in the row each column stands. */
  private readonly places: ReadonlyMap<string, number>;

  /** `also` are columns to be found by `at`. They come first, so that they are found soon. */
  constructor(members: Record<string, MemberSource>, also: readonly string[] = []) {
    const entries = Object.entries(members);
    const all = new Set([...also, ...entries.flatMap(([, { columns }]) => columns)]);
    this.places = new Map([...all].map((column, place) => [column, place]));
    this.columnList = [...all];
    this.columns = this.columnList.join(', ');
    this.parts = entries.map(([key, member], index) => {
      const prefix = Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
      const places = member.columns.map((each) => this.at(each));
      return { ...unset, prefix, places, ...member };
    });
  }

  /** Where in the row a column stands. @throws for one that is not read */
  at(column: string): number {
    const place = this.places.get(column);
    if (place === undefined) throw new Error(`${column} is not among the columns`);
    return place;
  }

  /** Puts the object into an answer. */
  put(row: WireRow, into: JsonBuffer): JsonBuffer {
    const { bytes } = row;
    row.places(begins, ends);
    for (const { prefix, places, copy, write } of this.parts) {
      into.copy(prefix, 0, prefix.length);
      const place = places[0] ?? 0;
      const begin = begins[place] as number;
      const end = ends[place] as number;
      if (!copy) into.put(written(write, bytes, places));
      else if (end < begin) into.put('null');
      else copy(into, bytes, begin, end);
    }
    return into.put('}');
  }

  /** The object as text. */
  text(row: WireRow): string {
    return this.put(row, new JsonBuffer()).text();
  }

  /** An answer of one object. */
  one(row: WireRow): Buffer {
    return this.put(row, new JsonBuffer()).take();
  }

  /** Puts a list of the objects into an answer. */
  list(rows: readonly WireRow[], into = new JsonBuffer()): JsonBuffer {
    into.put('[');
    for (const [index, row] of rows.entries()) {
      if (index > 0) into.put(',');
      this.put(row, into);
    }
    return into.put(']');
  }
}

/** What a member makes of its texts. Most have two; a list of them would be made for each row. */
function written(write: Computed['write'], bytes: Buffer, places: readonly number[]): string {
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
