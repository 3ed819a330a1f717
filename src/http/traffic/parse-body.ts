import { unpackBody, type UnpackLimits } from './unpack.js';

/** Parses a complete body. @throws DomainError */
export type ParseBody = (body: Buffer) => unknown;

/** Called with the error or the body of a request. */
export type Parsed = (error: Error | null, body?: unknown) => void;

/** Parses a body and passes it, or the error, to `done`. */
export function parse(body: Buffer, parseBody: ParseBody, done: Parsed): void {
  let value: unknown;
  try {
    value = parseBody(body);
  } catch (cause) {
    return done(cause as Error);
  }
  done(null, value);
}

/** Unpacks a body with gzip and parses it. */
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
