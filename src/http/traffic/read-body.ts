import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../common/errors.js';
import { problemTypes } from '../../common/problem-types.js';
import { ClientLeft } from '../../common/request/client-left.js';

export interface BodyLimits {
  maxBytes: number;
  /** Milliseconds within which the complete body must arrive. */
  timeoutMs: number;
  /**
   * Called with the number of bytes that arrived, so that the memory they take can be counted.
   * @returns false if there is no memory for them
   */
  hold(bytes: number): boolean;
}

/** After each of these errors the rest of the body is not read, so the connection cannot be used again. */
const closes = { connection: 'close' };

export const requestTimeout = () =>
  new DomainError('REQUEST_TIMEOUT', problemTypes.REQUEST_TIMEOUT.detail, {}, closes);

export const tooMuchHeld = () =>
  new DomainError(
    'UNAVAILABLE',
    'Too many of your bodies and answers are on their way; finish some of them and try again',
    {},
    { ...closes, 'retry-after': '1' },
  );

export const tooLarge = () =>
  new DomainError('PAYLOAD_TOO_LARGE', problemTypes.PAYLOAD_TOO_LARGE.detail, {}, closes);

/** Returns whether the header already says that the body exceeds the limit. */
export const isDeclaredTooLarge = ({ headers }: IncomingMessage, maxBytes: number) =>
  Number(headers['content-length'] ?? 0) > maxBytes;

/**
 * Reads a complete body and passes it to `done`.
 * Errors: DomainError REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, UNAVAILABLE; ClientLeft, or the stream's own error if the
 * client leaves later.
 */
export function readBody(
  source: IncomingMessage,
  { maxBytes, timeoutMs, hold }: BodyLimits,
  done: (error: Error | null, body?: Buffer) => void,
): void {
  // The client left before there was a listener, so no event would ever come.
  if (source.destroyed) return done(new ClientLeft());
  const chunks: Buffer[] = [];
  let length = 0;
  // Small bodies usually arrive together with the headers and need no timer.
  const timer = source.complete ? undefined : setTimeout(() => finish(requestTimeout()), timeoutMs);
  const finish = (error: Error | null) => {
    clearTimeout(timer);
    source.off('data', onData).off('end', onEnd).off('error', finish);
    if (error) {
      // The listener below lives as long as the request, and would keep the chunks in memory.
      chunks.length = 0;
      // The stream reports that the client has left even if nobody is interested any more.
      source.on('error', () => undefined);
      source.pause();
      done(error);
    } else done(null, Buffer.concat(chunks, length));
  };
  const onEnd = () => finish(null);
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) finish(tooLarge());
    else if (!hold(chunk.length)) finish(tooMuchHeld());
    else chunks.push(chunk);
  };
  source.on('data', onData).on('end', onEnd).on('error', finish);
}
