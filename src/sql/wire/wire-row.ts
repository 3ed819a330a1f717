import type { JsonBuffer } from './json-buffer.js';

const lengthBytes = 4;

/**
 * A row as Postgres sent it: the length (-1 for null) and the bytes of each column. Text is created only on
 * request; JsonRowWriter copies the bytes of most columns into the response.
 */
export class WireRow {
  /** Offset of the first length, which follows the number of columns. */
  private readonly start: number;

  constructor(
    readonly bytes: Buffer,
    private readonly at: number,
  ) {
    this.start = at + 2;
  }

  /** The number of bytes that Postgres sent: the length in front of the row. */
  get size(): number {
    return this.bytes.readUInt32BE(this.at - lengthBytes);
  }

  /** Returns the texts of all columns. */
  texts(): (string | null)[] {
    const texts: (string | null)[] = [];
    let at = this.start;
    for (let left = this.bytes.readUInt16BE(this.at); left > 0; left -= 1) {
      const length = this.bytes.readInt32BE(at);
      at += lengthBytes;
      texts.push(length < 0 ? null : this.bytes.toString('utf8', at, at + length));
      if (length > 0) at += length;
    }
    return texts;
  }

  /** Returns the text of one column. */
  text(column: number): string | null {
    let at = this.start;
    for (let left = column; left > 0; left -= 1) {
      const length = this.bytes.readInt32BE(at);
      at += lengthBytes + Math.max(0, length);
    }
    const length = this.bytes.readInt32BE(at);
    return length < 0 ? null : this.bytes.toString('utf8', at + lengthBytes, at + lengthBytes + length);
  }

  /** Appends the first columns as Postgres sent them, with their lengths. */
  copyFirst(columns: number, into: JsonBuffer): void {
    let at = this.start;
    for (let left = columns; left > 0; left -= 1) at += lengthBytes + Math.max(0, this.bytes.readInt32BE(at));
    into.appendBytes(this.bytes, this.start, at);
  }

  /** Writes the start and end offsets of each column; the end of a null is before its start. */
  readOffsets(begins: Int32Array, ends: Int32Array): void {
    const { bytes } = this;
    const columns = bytes.readUInt16BE(this.at);
    let at = this.start;
    for (let column = 0; column < columns; column += 1) {
      const length = bytes.readInt32BE(at);
      at += lengthBytes;
      begins[column] = at;
      ends[column] = at + length;
      if (length > 0) at += length;
    }
  }
}
