import type { Connection, PoolClient, Submittable } from 'pg';
import utils from 'pg/lib/utils.js';
import type { WireRow } from './wire-row.js';

/** A row as text, with one entry per column, in the order of the statement. */
export type RawRow = readonly (string | null)[];

/** The connection of node-postgres as used by its queries; the public types omit most of it. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(message: { text: string; name: string }): void;
  bind(message: { statement: string; values: unknown[]; valueMapper: typeof utils.prepareValue }): void;
  execute(message: object): void;
  sync(): void;
};

/**
 * A query that keeps its rows as the bytes that WireClient receives. Unlike a query of node-postgres, it does
 * not request a description of the columns, which the author of the statement knows; describing thirty
 * columns costs more than reading a row. If it has a name, it becomes a prepared statement of the connection.
 */
export class RawQuery implements Submittable {
  readonly rows: WireRow[] = [];
  private callback?: (error: unknown) => void;

  constructor(
    readonly text: string,
    private readonly values: unknown[],
    readonly name: string,
  ) {}

  /** Runs the query on a connection, and resolves when `rows` is complete. */
  over(client: PoolClient): Promise<void> {
    return new Promise((resolve, reject) => {
      this.callback = (error) => (error ? reject(error as Error) : resolve());
      client.query(this);
    });
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire;
    const { text, name } = this;
    wire.stream.cork();
    try {
      if (name === '' || !(name in wire.parsedStatements || name in wire.submittedNamedStatements)) {
        wire.parse({ text, name });
        if (name !== '') wire.submittedNamedStatements[name] = text;
      }
      wire.bind({ statement: name, values: this.values, valueMapper: utils.prepareValue });
      wire.execute({});
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleDataRow(row: WireRow): void {
    this.rows.push(row);
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: unknown): void {
    this.callback?.(error);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
}
