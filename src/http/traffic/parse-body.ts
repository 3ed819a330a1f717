import { parseJsonBody } from '../json-body.js';
import { unpackBody, type UnpackLimits } from './unpack.js';

/** The callback of a content type parser. */
export type Parsed = (error: Error | null, body?: unknown) => void;

export function parseBody(body: Buffer, done: Parsed): void {
  let value: unknown;
  try {
    value = parseJsonBody(body);
  } catch (cause) {
    return done(cause as Error);
  }
  done(null, value);
}

/** Parses a body that is packed with gzip. */
export async function parsePackedBody(packed: Buffer, limits: UnpackLimits, done: Parsed): Promise<void> {
  let body: Buffer;
  try {
    body = await unpackBody(packed, limits);
  } catch (cause) {
    return done(cause as Error);
  }
  parseBody(body, done);
}
