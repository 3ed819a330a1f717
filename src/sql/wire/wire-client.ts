import { EventEmitter } from 'node:events';
import { Client, type ClientConfig, type Submittable } from 'pg';
import { WireRow } from './wire-row.js';

/** Decides about each statement whether it can be sent. */
interface StatementGate {
  /** @returns undefined if it can be sent, a promise if it can be sent after that, or the reason why not */
  admit(text: unknown): undefined | Promise<unknown> | Error;
}

/** A query object that node-postgres calls back. */
type Callable = Submittable & { handleError(error: Error, connection: unknown): void };

/** Members of node-postgres' client that are missing from its types. */
interface ClientState {
  readyForQuery?: boolean;
  _queryable: boolean;
  _ended: boolean;
}

/** A method of node-postgres' connection that is missing from its types. */
interface Listening extends EventEmitter {
  attachListeners(stream: EventEmitter): void;
}

/** A row that queries of node-postgres can also read, because they expect its texts in `fields`. */
class DataRow extends WireRow {
  get fields() {
    return this.texts();
  }
}

/** Each message begins with its type and its length; the length includes itself but not the type. */
const headBytes = 5;
const typeOfRow = 'D'.charCodeAt(0);

/**
 * A node-postgres client that receives rows as bytes. The standard connection creates a string for each
 * column of each row as it arrives, which is 600 strings for a page of the catalog.
 */
export class WireClient extends Client {
  /** The request that uses the connection; undefined if its statements are always sent. */
  lease?: StatementGate;

  constructor(config?: ClientConfig) {
    super(config);
    const connection = (this as unknown as { connection: Listening }).connection;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(withoutRows(stream, connection));
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    // Not an override, because the types of `query` have a dozen forms. Nobody here passes a callback.
    this.query = ((query: unknown, ...rest: unknown[]) => {
      const admission = this.lease?.admit(query);
      if (admission === undefined) return send(query, ...rest);
      if (!(admission instanceof Error)) return admission.then(() => send(query, ...rest));
      return refuse(query, admission, connection);
    }) as Client['query'];
  }

  /** Whether a statement is running. */
  get isBusy(): boolean {
    const { readyForQuery, _queryable, _ended } = this as unknown as ClientState;
    return readyForQuery === false && _queryable && !_ended;
  }
}

function refuse(query: unknown, reason: Error, connection: unknown): unknown {
  if (!isCallable(query)) return Promise.reject(reason);
  process.nextTick(() => query.handleError(reason, connection));
  return query;
}

const isCallable = (query: unknown): query is Callable =>
  typeof (query as Partial<Callable> | null)?.submit === 'function';

/** Passes the rows of a stream to the connection. @returns a stream of all other messages */
function withoutRows(stream: EventEmitter, connection: EventEmitter): EventEmitter {
  const others = new EventEmitter();
  /** The start of a message that has not arrived completely. */
  let partial: Buffer | undefined;
  stream.on('data', (chunk: Buffer) => {
    const bytes = partial ? Buffer.concat([partial, chunk]) : chunk;
    let at = 0;
    while (at + headBytes <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      if (bytes[at] === typeOfRow) connection.emit('dataRow', new DataRow(bytes, at + headBytes));
      else others.emit('data', bytes.subarray(at, end));
      at = end;
    }
    partial = at < bytes.length ? bytes.subarray(at) : undefined;
  });
  stream.on('end', () => others.emit('end'));
  return others;
}
