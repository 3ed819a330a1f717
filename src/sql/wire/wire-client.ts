import { EventEmitter } from 'node:events';
import { Client, type ClientConfig, type DatabaseError, type Submittable } from 'pg';
import { TransactionSettings } from './transaction-settings.js';
import { WireRow } from './wire-row.js';

/** SQLSTATEs after which Postgres closes the connection: shutdown, idle or open for too long, protocol errors. */
const finalCodes = /^(57P|25P0[34]|08)/;

/** Returns whether Postgres closes the connection after this error. */
export const isFinal = (sqlState: string | undefined): boolean => finalCodes.test(String(sqlState));

/** Decides about each statement whether it can be sent. */
interface StatementGate {
  /** @returns undefined if it can be sent, a promise if it can be sent after that, or the reason why not */
  admit(text: unknown): undefined | Promise<unknown> | Error;
}

/** Handles statements that must not be sent as they are. */
interface StatementInterceptor {
  /** @returns the result of the statement, or undefined if it is to be sent */
  intercept(text: unknown): Promise<unknown> | undefined;
}

/** A query object that node-postgres calls back. */
type Callable = Submittable & { handleError(error: Error, connection: unknown): void };

/** Members of node-postgres' client that are missing from its types. */
interface ClientState {
  readyForQuery?: boolean;
  _connecting: boolean;
  _queryable: boolean;
  _ended: boolean;
  /** `I` outside of a transaction, `T` in one, `E` in one that has failed. */
  _txStatus: string | null;
}

/** A method of node-postgres' connection that is missing from its types. */
interface Listening extends EventEmitter {
  attachListeners(stream: EventEmitter): void;
  readonly stream: { bytesWritten?: number; writableLength: number; destroy(cause: Error): void };
}

/** A row that queries of node-postgres can also read, because they expect its texts in `fields`. */
class DataRow extends WireRow {
  get fields() {
    return this.texts();
  }
}

/** Each message begins with its type and its length; the length includes itself but not the type. */
const headBytes = 5;
const [typeOfRow, bindComplete] = Buffer.from('D2');

/**
 * A node-postgres client that receives rows as bytes. The standard connection creates a string for each
 * column of each row as it arrives, which is 600 strings for a page of the catalog.
 */
export class WireClient extends Client {
  /** The request that uses the connection; undefined if its statements are always sent. */
  lease?: StatementGate;
  /** The transaction of a request that the connection belongs to, while a part of the request uses it. */
  interceptor?: StatementInterceptor;
  /** Identifies the session in Postgres, once it is known. */
  sessionId?: string;
  /** How long a statement can take, in milliseconds, if it differs from the limit of the pool. */
  statementLimitMs?: number;
  /** Whether Postgres has reported an error after which it closes the connection. */
  isEnding = false;
  /** Number of times that bytes have arrived. */
  received = 0;
  /** Number of statements sent. */
  sent = 0;

  /** The settings of each transaction; undefined if they belong to the session. */
  private readonly settings?: TransactionSettings;

  constructor(config?: ClientConfig & { transactionSettings?: string }) {
    super(config);
    const connection = (this as unknown as { connection: Listening }).connection;
    if (config?.transactionSettings !== undefined)
      this.settings = new TransactionSettings(
        config.transactionSettings,
        connection as unknown as ConstructorParameters<typeof TransactionSettings>[1],
        () => this.isInTransaction,
      );
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(this.withoutRows(stream, connection));
    connection.on('errorMessage', ({ code }: DatabaseError) => (this.isEnding ||= isFinal(code)));
    const sendQuery = this.query.bind(this) as (query: unknown, values?: unknown) => unknown;
    const send = (query: unknown, values: unknown) => {
      this.sent += 1;
      return sendQuery(query, values);
    };
    // Not an override, because the types of `query` have a dozen forms. Nobody here passes a callback.
    this.query = ((query: unknown, values?: unknown) => {
      const intercepted = this.interceptor?.intercept(query);
      if (intercepted) return intercepted;
      const admission = this.lease?.admit(query);
      if (admission === undefined) return send(query, values);
      if (!(admission instanceof Error)) return admission.then(() => send(query, values));
      return refuse(query, admission, connection);
    }) as Client['query'];
  }

  /** Passes the rows of a stream to the connection. @returns a stream of all other messages */
  private withoutRows(stream: EventEmitter, connection: EventEmitter): EventEmitter {
    const others = new EventEmitter();
    /** The start of a message that has not arrived completely. */
    let partial: Buffer | undefined;
    stream.on('data', (chunk: Buffer) => {
      this.received += 1;
      const bytes = partial ? Buffer.concat([partial, chunk]) : chunk;
      let at = 0;
      /** The start of the messages that have not been passed on. */
      let from = 0;
      while (at + headBytes <= bytes.length) {
        const end = at + 1 + bytes.readUInt32BE(at + 1);
        if (end > bytes.length) break;
        if (bytes[at] === typeOfRow) {
          if (from < at) others.emit('data', bytes.subarray(from, at));
          connection.emit('dataRow', new DataRow(bytes, at + headBytes));
          from = end;
        } else if (this.settings?.isAnswer(bytes[at]) ?? bytes[at] === bindComplete) {
          // Nobody listens for the confirmation that parameters were bound, which is in front of the rows of every query.
          if (from < at) others.emit('data', bytes.subarray(from, at));
          from = end;
        }
        at = end;
      }
      if (from < at) others.emit('data', bytes.subarray(from, at));
      partial = at < bytes.length ? bytes.subarray(at) : undefined;
    });
    stream.on('end', () => others.emit('end'));
    return others;
  }

  /** Whether a pooler in transaction mode is between the client and Postgres. */
  get isPooled(): boolean {
    return this.settings !== undefined;
  }

  private get isInTransaction(): boolean {
    const { _txStatus } = this as unknown as ClientState;
    return _txStatus === 'T' || _txStatus === 'E';
  }

  /** Whether a statement is running. */
  get isBusy(): boolean {
    const { readyForQuery, _queryable, _ended } = this as unknown as ClientState;
    return readyForQuery === false && _queryable && !_ended;
  }

  /** Whether Postgres owes an answer: to a statement, or to the request for a connection. */
  get isWaiting(): boolean {
    const { _connecting } = this as unknown as ClientState;
    return this.isBusy || _connecting;
  }

  /** Number of bytes that the operating system has accepted. A large COPY makes progress only here. */
  get written(): number {
    const { stream } = (this as unknown as { connection: Listening }).connection;
    return (stream.bytesWritten ?? 0) - stream.writableLength;
  }

  /** Closes the connection without saying so to Postgres. What waits for an answer fails. */
  abandon(): void {
    const { connection } = this as unknown as { connection: Listening };
    const error = new Error('Postgres does not answer on this connection');
    connection.stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  }
}

function refuse(query: unknown, reason: Error, connection: unknown): unknown {
  if (!isCallable(query)) return Promise.reject(reason);
  process.nextTick(() => query.handleError(reason, connection));
  return query;
}

const isCallable = (query: unknown): query is Callable =>
  typeof (query as Partial<Callable> | null)?.submit === 'function';
