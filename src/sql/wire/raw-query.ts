import type { Connection, PoolClient, Submittable } from 'pg';
import utils from 'pg/lib/utils.js';
import { serialize } from 'pg-protocol';
import type { WireRow } from './wire-row.js';

/** The connection of node-postgres, as its own queries use it; its public types omit most of it. */
type Wire = {
  stream: { writable: boolean; write(bytes: Buffer): void; cork(): void; uncork(): void };
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(message: { text: string; name: string }): void;
  sync(): void;
};

/** How much of a result to read. */
export interface ResultLimits {
  /** The number of rows that the statement returns at most. */
  maxRows: number;
  /** Once the rows have this many bytes, no further row is kept. The first row is always kept. */
  maxBytes: number;
}

/**
 * A result of at most this many rows is requested at once, in a single round trip. A larger one is requested in steps,
 * so that Postgres produces few rows that are discarded: an offer can take 2 KB or 1 MB.
 */
const rowsAtOnce = 32;
const firstStep = 8;
/** SQLSTATEs for a prepared statement that does not exist, or exists already. */
const lostStatementCodes = new Set(['26000', '42P05']);
const poolerAdvice =
  'The database connection leads to a pooler in transaction mode, which loses prepared statements; ' +
  'set DATABASE_POOLER=transaction';
/** Requests all rows and ends the query. All messages of a query are sent in one piece, because each write takes time. */
const executeAndSync = Buffer.concat([serialize.execute({}), serialize.sync()]);
const unlimited: ResultLimits = { maxRows: 0, maxBytes: Infinity };

/**
 * A query that keeps its rows as the bytes that WireClient receives. Unlike a query of node-postgres, it does not request
 * a description of the columns, which the author of the statement knows; describing thirty columns costs more than
 * reading a row. A name makes it a prepared statement of the connection.
 */
export class RawQuery implements Submittable {
  readonly rows: WireRow[] = [];
  /** Whether the result has more rows than `limits.maxBytes` allowed. */
  truncated = false;
  /** The number of bytes of the rows, including those that were discarded. */
  bytes = 0;
  /**
   * Whether Postgres waits for the final message of the query. A query that was never sent must not end the one that
   * was sent before.
   */
  private awaitsSync = false;
  private callback?: (error: unknown) => void;

  constructor(
    readonly text: string,
    private readonly values: unknown[],
    readonly name: string,
    private readonly limits: ResultLimits = unlimited,
  ) {}

  /** Runs the query on a connection. @returns this query, when `rows` is complete */
  over(client: PoolClient): Promise<this> {
    return new Promise((resolve, reject) => {
      this.callback = (error) => (error ? reject(error as Error) : resolve(this));
      client.query(this);
    });
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire;
    const { text, name, values } = this;
    const bind = serialize.bind({ statement: name, values, valueMapper: utils.prepareValue });
    const isLarge = this.limits.maxRows > rowsAtOnce;
    const query = Buffer.concat([bind, this.request(isLarge ? firstStep : undefined)]);
    if (name !== '' && (name in wire.parsedStatements || name in wire.submittedNamedStatements)) {
      send(wire, query);
      return;
    }
    wire.stream.cork();
    try {
      wire.parse({ text, name });
      if (name !== '') wire.submittedNamedStatements[name] = text;
      send(wire, query);
    } finally {
      wire.stream.uncork();
    }
  }

  handleDataRow(row: WireRow): void {
    this.bytes += row.size;
    if (this.bytes > this.limits.maxBytes && this.rows.length > 0) this.truncated = true;
    else this.rows.push(row);
  }

  /** Requests as many of the remaining rows as are likely to fit. */
  handlePortalSuspended(connection: Connection): void {
    const wire = connection as unknown as Wire;
    const { maxRows, maxBytes } = this.limits;
    if (this.bytes >= maxBytes) {
      this.truncated = true;
      this.end(connection);
      return;
    }
    const likely = Math.ceil(((maxBytes - this.bytes) * this.rows.length) / this.bytes);
    const left = maxRows - this.rows.length;
    send(wire, this.request(likely > left * 2 ? undefined : Math.min(likely, left)));
  }

  handleCommandComplete(_message: unknown, connection: Connection): void {
    this.end(connection);
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: unknown, connection: Connection): void {
    this.end(connection);
    this.callback?.(this.isLostStatement(error) ? new Error(poolerAdvice, { cause: error }) : error);
  }

  /** Whether the connection has another session than the one in which the statement was prepared. */
  private isLostStatement(error: unknown): boolean {
    return this.name !== '' && lostStatementCodes.has(String((error as { code?: unknown }).code));
  }

  handleRowDescription(): void {}
  handleEmptyQuery(): void {}

  /**
   * Returns the messages that request this number of rows, after which Postgres waits for the next request, or all remaining
   * rows and the end of the query.
   */
  private request(rows: number | undefined): Buffer {
    this.awaitsSync = rows !== undefined;
    return rows === undefined
      ? executeAndSync
      : Buffer.concat([serialize.execute({ rows }), serialize.flush()]);
  }

  /** Ends a query that was executed in steps. */
  private end(connection: Connection): void {
    if (!this.awaitsSync) return;
    this.awaitsSync = false;
    (connection as unknown as Wire).sync();
  }
}

function send({ stream }: Wire, bytes: Buffer): void {
  if (stream.writable) stream.write(bytes);
}
