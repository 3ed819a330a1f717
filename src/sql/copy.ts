import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ClientBase, Connection, Submittable } from 'pg';

/** The parts of pg's connection that its types leave out. */
interface CopyConnection {
  stream: Writable;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

export type Cell = string | number | readonly string[] | null;

/** The statement that takes rows of these columns. */
export const copyInto = (table: string, columns: readonly string[]) =>
  `COPY ${table} (${columns.join(', ')}) FROM STDIN`;

/**
 * Sends rows by COPY, as fast as the server takes them: chunks of rows in text form, which are asked for one by one.
 * Statements may stand before the COPY; all of them are one transaction.
 * @throws what the server says, or what the source throws; the rows are then not there.
 */
export function copyRows(
  client: ClientBase,
  text: string,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new Copy(text, chunks, (error) => (error ? reject(error) : resolve())));
  });
}

/** Bytes that may wait to be sent, so that rows are made while the server works on those before. */
const ahead = 4 * 1024 * 1024;

/** What pg calls while a COPY is the query that runs. */
class Copy implements Submittable {
  private failure?: Error;

  constructor(
    private readonly text: string,
    private readonly chunks: Iterable<string> | AsyncIterable<string>,
    private readonly done: (error?: Error) => void,
  ) {}

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.send(connection).catch((cause: unknown) => {
      this.failure ??= cause instanceof Error ? cause : new Error(String(cause));
      connection.sendCopyFail('the source of the rows failed');
    });
  }

  handleError(error: Error): void {
    this.failure ??= error;
    this.done(this.failure);
  }

  handleReadyForQuery(): void {
    this.done();
  }

  handleCommandComplete(): void {}

  private async send(connection: CopyConnection): Promise<void> {
    for await (const chunk of this.chunks) {
      if (this.failure) return;
      connection.sendCopyFromChunk(Buffer.from(chunk));
      if (connection.stream.writableLength > ahead) await once(connection.stream, 'drain');
    }
    if (!this.failure) connection.endCopyFrom();
  }
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const special = /[\\\n\r\t]/;

/** A text as COPY takes it. */
export const copyText = (text: string) =>
  special.test(text) ? text.replace(/[\\\n\r\t]/g, (sign) => escapes[sign] ?? sign) : text;

/** An array of texts. */
export const copyList = (values: readonly string[]) =>
  copyText(
    `{${values.map((value) => `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`).join(',')}}`,
  );

/** One row. Lists are arrays of text. */
export const copyRow = (cells: readonly Cell[]) => `${cells.map(copyCell).join('\t')}\n`;

function copyCell(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return copyText(cell);
  return typeof cell === 'number' ? String(cell) : copyList(cell);
}
