import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '../../common/errors.js';
import { problemTypes } from '../../common/problem-types.js';
import { tooLarge, tooMuchHeld, type BodyLimits } from './read-body.js';
import { whenDropped } from './read-upload.js';

/** A packed body can be larger than its content by this much. Members without content could go on forever. */
const maxOverheadBytes = 1_048_576;

const malformed = () =>
  new DomainError('MALFORMED_ENCODING', problemTypes.MALFORMED_ENCODING.detail, {}, { connection: 'close' });

/**
 * Returns whether a body is packed with gzip, according to `Content-Encoding`. `identity` stands for no encoding.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE for any other encoding
 */
export function isPacked({ headers }: IncomingMessage): boolean {
  const header = headers['content-encoding'];
  if (header === undefined) return false;
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase());
  const [coding, ...more] = codings.filter((name) => name !== '' && name !== 'identity');
  if (coding === undefined) return false;
  if (more.length === 0 && (coding === 'gzip' || coding === 'x-gzip')) return true;
  throw new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Content-Encoding must be gzip or omitted',
    {},
    { 'accept-encoding': 'gzip' }, // RFC 9110 12.5.3
  );
}

/**
 * Unpacks gzip as it is read, a few KiB at a time, so that a small body cannot take much memory. A body without any
 * bytes is empty.
 * @param isDropped returns whether the rest is no longer needed
 * @throws DomainError MALFORMED_ENCODING for content that is truncated, corrupt, or followed by anything else
 */
async function* unpack(packed: AsyncIterable<Buffer>, isDropped = () => false): AsyncGenerator<Buffer> {
  let received = 0;
  let unpacked = 0;
  const gunzip = createGunzip();
  const feeding = pipeline(async function* () {
    for await (const chunk of packed) {
      if (isDropped()) continue;
      received += chunk.length;
      if (received - unpacked > maxOverheadBytes) throw malformed();
      yield chunk;
    }
  }, gunzip);
  feeding.catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      yield chunk;
    }
    await feeding;
  } catch (cause) {
    if (!isZlibError(cause)) throw cause;
    if (received > 0) throw malformed();
  }
  if (received > 0 && gunzip.bytesWritten < received) throw malformed();
}

const isZlibError = (cause: unknown) => String((cause as { code?: unknown } | null)?.code).startsWith('Z_');

/** Unpacks an upload. What is dropped is not unpacked. The stream fails with the errors of `unpack`. */
export function unpackUpload(packed: AsyncIterable<Buffer>): Readable {
  let isDropped = false;
  const upload = Readable.from(
    unpack(packed, () => isDropped),
    { objectMode: false },
  );
  whenDropped(upload, () => (isDropped = true));
  return upload;
}

export type UnpackLimits = Pick<BodyLimits, 'maxBytes' | 'hold'>;

/** Unpacks a complete body. @throws DomainError MALFORMED_ENCODING, PAYLOAD_TOO_LARGE, UNAVAILABLE */
export async function unpackBody(packed: Buffer, { maxBytes, hold }: UnpackLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpack(asIterable(packed))) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    if (!hold(chunk.length)) throw tooMuchHeld();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function* asIterable(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
