import { unpackBody, type UnpackLimits } from './unpack.js';

/** The callback of a content type parser. */
export type Parsed = (error: Error | null, body?: unknown) => void;
/** Turns the bytes of a body into a value. Throws a DomainError if it is invalid. */
export type ParseBody = (body: Buffer) => unknown;

export function parse(body: Buffer, parseBody: ParseBody, done: Parsed): void {
  let value: unknown;
  try {
    value = parseBody(body);
  } catch (cause) {
    return done(cause as Error);
  }
  done(null, value);
}

/** Unpacks a body that is packed with gzip, and parses it. */
export async function parseUnpacked(
  packed: Buffer,
  limits: UnpackLimits,
  parseBody: ParseBody,
  done: Parsed,
): Promise<void> {
  let body: Buffer;
  try {
    body = await unpackBody(packed, limits);
  } catch (cause) {
    return done(cause as Error);
  }
  parse(body, parseBody, done);
}
