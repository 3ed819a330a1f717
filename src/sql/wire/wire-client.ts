import { EventEmitter } from 'node:events';
import { Client, type ClientConfig } from 'pg';
import { WireRow } from './wire-row.js';

/** What a connection of node-postgres does beside what its types tell. */
interface Listening extends EventEmitter {
  attachListeners(stream: EventEmitter): void;
}

/** A row for the queries of node-postgres, which take its texts as `fields`. */
class DataRow extends WireRow {
  get fields() {
    return this.texts();
  }
}

/** Type and length come before each message; the length counts itself but not the type. */
const headBytes = 5;
const typeOfRow = 'D'.charCodeAt(0);

/**
 * A client of node-postgres to which rows come as bytes. Its own connection makes a string of each column when it
 * arrives: of a page of the catalog six hundred, while the rest of the page is still on its way.
 */
export class WireClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    const connection = (this as unknown as { connection: Listening }).connection;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => attach(withoutRows(stream, connection));
  }
}

/** Hands the rows of a stream to the connection. @returns a stream of all other messages */
function withoutRows(stream: EventEmitter, connection: EventEmitter): EventEmitter {
  const others = new EventEmitter();
  /** The beginning of a message that has not come as a whole. */
  let begun: Buffer | undefined;
  stream.on('data', (chunk: Buffer) => {
    const bytes = begun ? Buffer.concat([begun, chunk]) : chunk;
    let at = 0;
    while (at + headBytes <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      if (bytes[at] === typeOfRow) connection.emit('dataRow', new DataRow(bytes, at + headBytes));
      else others.emit('data', bytes.subarray(at, end));
      at = end;
    }
    begun = at < bytes.length ? bytes.subarray(at) : undefined;
  });
  stream.on('end', () => others.emit('end'));
  return others;
}
