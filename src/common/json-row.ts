import type { RawRow } from './raw-query.js';

/** A member of a JSON object: the columns that it is made of, and how their text becomes its value. */
export interface Member {
  columns: readonly string[];
  write: (...texts: (string | null)[]) => string;
}

const orNull =
  (write: (text: string) => string) =>
  (text: string | null): string =>
    text === null ? 'null' : write(text);

const one = (column: string, write: (text: string) => string): Member => ({
  columns: [column],
  write: orNull(write) as Member['write'],
});

/** Text. */
export const text = (column: string) => one(column, (value) => JSON.stringify(value));

/** Text that holds nothing to escape: an id, a name from our own list. */
export const plain = (column: string) => one(column, (value) => `"${value}"`);

/** What Postgres writes as JSON: jsonb, numbers, array_to_json(). It goes into the answer as it is. */
export const json = (column: string) => one(column, (value) => value);

/** A timestamptz. */
export const moment = (column: string) => one(column, (value) => `"${isoTime(value)}"`);

/** What takes more than one column, or a computation. */
export const computed = (columns: readonly string[], write: Member['write']): Member => ({ columns, write });

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
  private readonly names: readonly string[];
  private readonly places: readonly (readonly number[])[];
  private readonly writers: readonly Member['write'][];
  private readonly all: readonly string[];

  /** `also` are columns that are read beside it, to be found by `at`. */
  constructor(members: Record<string, Member>, also: readonly string[] = []) {
    const entries = Object.entries(members);
    this.all = [...new Set([...entries.flatMap(([, { columns }]) => columns), ...also])];
    this.names = entries.map(([name], index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    this.places = entries.map(([, { columns }]) => columns.map((column) => this.at(column)));
    this.writers = entries.map(([, { write }]) => write);
  }

  /** The columns to select, in the order in which a row has them. */
  get columns(): string {
    return this.all.join(', ');
  }

  /** Where in the row a column stands. @throws for one that is not read */
  at(column: string): number {
    const index = this.all.indexOf(column);
    if (index === -1) throw new Error(`${column} is not among the columns`);
    return index;
  }

  write(row: RawRow): string {
    let text = '';
    for (let index = 0; index < this.writers.length; index += 1) {
      const [a = -1, b = -1, c = -1] = this.places[index] as readonly number[];
      text += this.names[index] as string;
      text += (this.writers[index] as Member['write'])(row[a] ?? null, row[b] ?? null, row[c] ?? null);
    }
    return `${text}}`;
  }
}

/** A list of values that are JSON text already. */
export const jsonList = (texts: readonly string[]) => `[${texts.join(',')}]`;
