import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { withoutByteOrderMark } from '../../http/json-body.js';
import type { Line } from '../lines.js';

/** A row of a CSV file that has not been parsed; `bytes` do not include its line break. */
export interface CsvRecord extends Line {
  /** The number of cells of a row that can be parsed. */
  cellCount: number;
}

const noBytes: Buffer = Buffer.alloc(0);
/** Less than this of a row is copied with every chunk. */
const maxCopiedBytes = 4_096;
const [quote, comma, semicolon, newline, carriageReturn] = [0x22, 0x2c, 0x3b, 0x0a, 0x0d];

/** Where in a row a byte is; `broken` is after a misplaced quote, up to the end of the line. */
const [fieldStart, unquoted, quoted, afterQuote, afterReturn, broken] = [0, 1, 2, 3, 4, 5];

/**
 * Splits the bytes of a CSV file (RFC 4180) into rows, regardless of the size of the chunks, and numbers them by the lines
 * of the file, of which a row with line breaks in quotes has several. At most `maxBytes` of a row are kept in memory: a
 * longer row has no `bytes`. Blank lines are counted but not returned.
 *
 * A row with a misplaced quote, or with one that is never closed, is its first line only, and the next row begins on the
 * next line: otherwise, a quote that was forgotten would swallow the rows after it.
 */
export class CsvSplitter {
  /** Byte that separates cells: `;` or `,`, whichever is more frequent in the header row. */
  delimiter: number | undefined;
  private at = fieldStart;
  private kept: Buffer = noBytes;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private isStart = true;
  /** The first line of the row, counted from 1, and the line breaks in the row so far. */
  private number = 1;
  private breaks = 0;
  private firstBreak = 0;
  private cellCount = 1;
  private isTooLong = false;

  constructor(private readonly maxBytes: number) {}

  async *split(chunks: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
    for await (const chunk of chunks) yield* this.push(chunk);
    yield* this.end();
  }

  /** Reads the chunks that wait and this one; a long row waits for more of them, so that it is not copied too often. */
  private *push(chunk: Buffer): Generator<CsvRecord> {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.kept.length > maxCopiedBytes && this.waitingBytes < this.kept.length / 2) return;
    yield* this.readWaiting();
  }

  private *readWaiting(): Generator<CsvRecord> {
    const [chunk = noBytes] = this.waiting;
    const isSingle = this.waiting.length === 1 && this.kept.length === 0;
    let data = isSingle ? chunk : Buffer.concat([this.kept, ...this.waiting]);
    let from = this.kept.length;
    [this.waiting, this.waitingBytes] = [[], 0];
    if (this.isStart) {
      if (data.length < 3) {
        this.kept = data;
        return;
      }
      this.isStart = false;
      data = withoutByteOrderMark(data);
      from = 0;
    }
    yield* this.scan(data, from);
  }

  private *end(): Generator<CsvRecord> {
    if (this.waitingBytes > 0) yield* this.readWaiting();
    if (this.isStart) {
      this.isStart = false;
      yield* this.scan(this.kept, 0);
    }
    while (this.at === quoted && this.breaks > 0 && !this.isTooLong) {
      const data = this.kept;
      yield this.firstLine(data, 0, unclosed);
      yield* this.scan(data, this.firstBreak + 1, this.firstBreak + 1);
    }
    const data = this.kept;
    if (data.length > 0 || this.isTooLong) {
      if (this.at === quoted && !this.isTooLong) yield this.failed(data, unclosed);
      else yield* this.finish(data, 0, data.length);
    }
  }

  /** Reads on at `from` in data whose first row begins at `start`, and keeps the row that is not complete. */
  private *scan(data: Buffer, from: number, start = 0): Generator<CsvRecord> {
    let { at, delimiter } = this;
    for (let index = from; index < data.length; index += 1) {
      const byte = data[index];
      if (at === quoted) {
        if (byte === quote) at = afterQuote;
        else if (byte === newline) {
          if (this.breaks === 0) this.firstBreak = index - start;
          this.breaks += 1;
        }
        continue;
      }
      if (byte === newline) {
        this.at = at;
        yield* this.finish(data, start, index);
        start = index + 1;
        at = fieldStart;
        ({ delimiter } = this);
      } else if (at === broken) continue;
      else if (at === afterReturn) at = broken;
      else if (byte === quote) at = at === unquoted ? broken : quoted;
      else if (byte === delimiter || (delimiter === undefined && (byte === comma || byte === semicolon))) {
        this.cellCount += 1;
        at = fieldStart;
      } else if (at !== afterQuote) at = unquoted;
      else at = byte === carriageReturn ? afterReturn : broken;
      if (at === broken && this.breaks > 0 && !this.isTooLong) {
        const next = start + this.firstBreak + 1;
        yield this.firstLine(data, start, misplaced);
        [start, index, at] = [next, next - 1, fieldStart];
      }
    }
    this.at = at;
    if (data.length - start > this.maxBytes) this.isTooLong = true;
    this.kept = this.isTooLong ? noBytes : data.subarray(start);
  }

  /** Yields the row, unless it is blank, and prepares for the next one. */
  private *finish(data: Buffer, start: number, end: number): Generator<CsvRecord> {
    const { number, cellCount, at } = this;
    const isTooLong = this.isTooLong || end - start > this.maxBytes;
    const bytes = data.subarray(start, end);
    this.reset(this.breaks + 1);
    if (isTooLong) yield { number, bytes: undefined, cellCount };
    else if (at === broken) yield { number, bytes, cellCount, cause: misplaced(bytes) };
    else if (!isBlank(bytes)) {
      this.delimiter ??= delimiterOf(bytes);
      yield { number, bytes, cellCount };
    }
  }

  private firstLine(data: Buffer, start: number, cause: (row: Buffer) => ValidationFailed): CsvRecord {
    return this.failed(data.subarray(start, start + this.firstBreak), cause);
  }

  private failed(bytes: Buffer, cause: (row: Buffer) => ValidationFailed): CsvRecord {
    const { number, cellCount } = this;
    this.reset(1);
    return { number, bytes, cellCount, cause: cause(bytes) };
  }

  private reset(lines: number): void {
    this.number += lines;
    this.at = fieldStart;
    this.kept = noBytes;
    [this.breaks, this.cellCount, this.isTooLong] = [0, 1, false];
  }
}

const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

/** Returns the delimiter that is more frequent outside of quotes. */
function delimiterOf(header: Buffer): number {
  let isQuoted = false;
  let balance = 0;
  for (const byte of header)
    if (byte === quote) isQuoted = !isQuoted;
    else if (!isQuoted) balance += byte === semicolon ? 1 : byte === comma ? -1 : 0;
  return balance > 0 ? semicolon : comma;
}

const maxShownBytes = 200;

const quoteError = (message: string) => (row: Buffer) =>
  new ValidationFailed([
    { ...fieldError([], 'csv', message), message, value: row.subarray(0, maxShownBytes).toString('utf8') },
  ]);

const misplaced = quoteError(
  'The row has a quote in the wrong place: a cell with quotes must be in quotes, and each quote in it doubled',
);
const unclosed = quoteError('The row has a quote that is not closed');
