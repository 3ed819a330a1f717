import { EventEmitter } from 'node:events';
import { Client, type ClientConfig } from 'pg';
import { WireRow } from './wire-row.js';

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
  constructor(config?: ClientConfig) {
    super(config);
    const connection = (this as unknown as { connection: Listening }).connection;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(withoutRows(stream, connection));
  }
}

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
