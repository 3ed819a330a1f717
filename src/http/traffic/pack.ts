import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../content/preferred-encoding.js';
import { withVary } from '../content/response-headers.js';
import { packedETag } from '../etag.js';
import { hasIdempotencyKey } from './body-hash.js';

/**
 * Smaller answers are not packed: they need few network packets as they are. Packing 32 KiB takes a third of a millisecond
 * of a thread and leaves about 9 KiB.
 */
export const minPackedBytes = 32_768;

/**
 * Level 3 takes a third of the time of the default level 6 and leaves about 6 % more. Of brotli, which would leave less,
 * each stream takes several times the memory.
 */
const options = { level: 3, chunkSize: 65_536 };

/** Called with the answer that must be sent. */
type Done = (error: Error | null, answer?: unknown) => void;

/**
 * Packs a large answer with gzip, outside of the main thread, if the client accepts it.
 */
export function packIfAccepted(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: string | Buffer | Readable,
  done: Done,
): void {
  const isStream = answer instanceof Readable;
  if (!canBePacked(request, reply, isStream)) return done(null, answer);
  if (!/accept-encoding/i.test(String(reply.getHeader('vary'))))
    void reply.header('vary', withVary(reply, 'Accept-Encoding'));
  if (!acceptsGzip(request.headers['accept-encoding'])) return done(null, answer);
  void reply.header('content-encoding', 'gzip');
  const etag = reply.getHeader('etag');
  if (typeof etag === 'string') void reply.header('etag', packedETag(etag));
  if (isStream) done(null, packStream(answer));
  else void packText(answer, done);
}

function canBePacked(request: FastifyRequest, reply: FastifyReply, isStream: boolean): boolean {
  if (reply.hasHeader('content-encoding')) return false;
  // The answer to an upload is sent line by line while the upload is still arriving.
  if (isStream && request.method !== 'GET' && request.method !== 'HEAD') return false;
  // The answer is stored as it is sent.
  return !hasIdempotencyKey(request);
}

async function packText(answer: string | Buffer, done: Done): Promise<void> {
  try {
    done(null, await promisify(gzip)(answer, options));
  } catch (cause) {
    done(cause as Error);
  }
}

/**
 * Packs a stream as it is read. If it fails, so does the result, without the end of the gzip format. If the result is
 * destroyed, so is the stream.
 */
const packStream = (stream: Readable): Readable => pipeline(stream, createGzip(options), () => undefined);
