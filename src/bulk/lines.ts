import { DomainError } from '../common/errors.js';
import { withoutByteOrderMark } from '../http/json-body.js';

/**
 * One line of a stream. `number` starts at 1; `bytes` is undefined if the line is too long or could not be read.
 */
export interface Line {
  number: number;
  bytes: Buffer | undefined;
  /** Why this line could not be read, and after the end of a body that broke off, those after it. */
  cause?: DomainError;
  /**
   * The object of the line, if it has been read from another format than JSON. Together with a cause, it contains what could
   * be read, such as the keys of a row with an invalid cell.
   */
  body?: Record<string, unknown>;
  /** The cell of a file from which a field of the body was read; undefined if there is none. */
  locate?: LocateField;
  listing?: Listing;
}

/** What a row of a file says about its object beside the members of the body. */
export interface Listing {
  /** The object is on sale, so a new one and a draft become active. */
  isOnSale: boolean;
  translation?: Translation;
}

/** The external ID of an object in the language of its row, if the one in the body is taken by another language. */
export interface Translation {
  externalId: string;
  /** Returns whether an object with the external ID in the body is in another language. */
  isOther(this: void, object: object): boolean;
}

/** The cell of a file. */
export interface CellPlace {
  /** Name of the column, as in the file. */
  column: string;
  /** Text of the cell. */
  value: string;
}

/** Finds the cell of a field by the path of the field, such as `fees.installationFee`. */
export type LocateField = (field: string) => CellPlace | undefined;

const newline = 0x0a;

/**
 * Splits a byte stream into lines, regardless of the size of its chunks. Blank lines are counted but not
 * returned. At most `maxBytes` of a line are kept in memory.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const end = (): Line | undefined => {
    number += 1;
    const bytes = length > maxBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return bytes && isBlank(bytes) ? undefined : { number, bytes };
  };
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const at = chunk.indexOf(newline, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      length += part.length;
      if (length <= maxBytes) parts.push(part);
      from = at === -1 ? chunk.length : at + 1;
      const line = at === -1 ? undefined : end();
      if (line) yield line;
    }
  }
  const last = length > 0 ? end() : undefined;
  if (last) yield last;
}

/** Returns whether a line contains only spaces, tabs and carriage returns, apart from a byte order mark. */
const isBlank = (bytes: Buffer) =>
  withoutByteOrderMark(bytes).every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

/** Errors that end a body, after which the lines before it are processed as usual. */
const endings: readonly string[] = ['RATE_LIMITED', 'MALFORMED_ENCODING'];

/** Yields the lines. If one of the `endings` occurs, the line that was being read is the last, with the cause. */
export async function* endWithFailure(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  let number = 0;
  try {
    for await (const line of lines) {
      ({ number } = line);
      yield line;
    }
  } catch (cause) {
    if (!(cause instanceof DomainError) || !endings.includes(cause.code)) throw cause;
    yield { number: number + 1, bytes: undefined, cause };
  }
}
