import type { RawRow } from './raw-query.js';

/** A member of a JSON object: the columns that it is made of, and how their text becomes its value. */
export interface Member {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
}

const one = (column: string, write: (text: string) => string): Member => ({
  columns: [column],
  write: (text) => (text === null || text === undefined ? 'null' : write(text)),
});

// oxlint-disable-next-line no-control-regex -- they are what JSON escapes
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Text. What needs no escape, which is nearly all, is not copied. */
export const text = (column: string) =>
  one(column, (value) => (escaped.test(value) ? JSON.stringify(value) : `"${value}"`));

/** Text that holds nothing to escape: an id, a name from our own list. */
export const plain = (column: string) => one(column, (value) => `"${value}"`);

/** What Postgres writes as JSON: jsonb, numbers, array_to_json(). It goes into the answer as it is. */
export const json = (column: string) => one(column, (value) => value);

/** A timestamptz. */
export const moment = (column: string) => one(column, (value) => `"${isoTime(value)}"`);

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

/**
 * An object of an answer, written straight from the text of a row. To parse jsonb only to write it again is most of
 * the work of a page; here Postgres' own text goes into the body.
 */
export class JsonRow {
  /** The columns to select, in the order in which a row has them. */
  readonly columns: string;
  private readonly members: readonly ((row: RawRow) => string)[];
  /** Where in the row each column stands. */
  private readonly places: ReadonlyMap<string, number>;

  /** `also` are columns that are read beside it, to be found by `at`. */
  constructor(members: Record<string, Member>, also: readonly string[] = []) {
    const entries = Object.entries(members);
    const all = new Set([...entries.flatMap(([, { columns }]) => columns), ...also]);
    this.places = new Map([...all].map((column, place) => [column, place]));
    this.columns = [...all].join(', ');
    this.members = entries.map(([name, member], index) =>
      this.compile(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`, member),
    );
  }

  /** Where in the row a column stands. @throws for one that is not read */
  at(column: string): number {
    const place = this.places.get(column);
    if (place === undefined) throw new Error(`${column} is not among the columns`);
    return place;
  }

  write(row: RawRow): string {
    let text = '';
    for (const member of this.members) text += member(row);
    return `${text}}`;
  }

  private compile(name: string, { columns, write }: Member): (row: RawRow) => string {
    const [a = -1, b = -1, c = -1] = columns.map((column) => this.at(column));
    if (a === -1) return () => name + write();
    if (b === -1) return (row) => name + write(row[a] as string | null);
    return (row) => name + write(row[a] ?? null, row[b] ?? null, row[c] ?? null);
  }
}

/** A list of values that are JSON text already. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
