/** An SQL statement and the values of its parameters. */
export interface Statement {
  text: string;
  values: unknown[];
  /** Whether the best plan depends on the values, so that the statement is not prepared. */
  replan?: boolean;
}

/** A COPY statement and its rows in COPY's text format. */
export interface CopyStatement {
  text: string;
  rows: string;
}

/** Collects the parameters of a statement that is built in parts: the first `add(5)` returns `$1`. */
export class SqlParams {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * Returns SQL for the same array, whose length Postgres does not look at when it plans the statement. Otherwise, the plan for
 * short arrays seems so much cheaper than one for all that it plans each time, which takes longer than to read the offers.
 */
export const anyLength = (array: string) => `ARRAY(SELECT unnest(${array}))`;
