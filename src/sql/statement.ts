/** A statement and its values. */
export interface Statement {
  text: string;
  values: unknown[];
  /** The way to its rows hangs on the values: it is planned each time. */
  replan?: boolean;
}

/** A COPY, and the rows that it takes in its text form. Statements may stand before it, in the same transaction. */
export interface CopyStatement {
  text: string;
  rows: string;
}

/** Collects the values of a statement that is put together in parts: `add(5)` -> `$1`. */
export class SqlParams {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
