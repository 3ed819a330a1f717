import type { Readable } from 'node:stream';
import { requestTimeout } from './read-body.js';

/** An upload may take one more second for each KiB that has arrived. */
const minBytesPerMs = 1024 / 1000;

const dropEvent = 'dropRest';

/** Reads the rest of an upload without using it, so that the client, which may still be sending, reads the answer. */
export function dropRest(upload: Readable): void {
  upload.emit(dropEvent);
  upload.on('error', () => undefined).resume();
}

/** Calls `listener` when the rest of the upload is no longer needed. */
export const whenDropped = (upload: Readable, listener: () => void) => void upload.once(dropEvent, listener);

/**
 * Yields the chunks of an upload of any length. The client must not pause for `idleMs`, and must send 1 KiB/s on
 * average, so that an upload that trickles ends as well. Only the time spent waiting for the client counts. If nobody
 * reads on, the rest is dropped.
 * @param onStart called when the first chunk is requested
 * @throws DomainError REQUEST_TIMEOUT
 */
export async function* readUpload(
  source: Readable,
  idleMs: number,
  onStart: () => void,
): AsyncGenerator<Buffer> {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let sparedMs = idleMs;
  try {
    onStart();
    for (;;) {
      const startedAt = performance.now();
      const next = await within(Math.min(idleMs, sparedMs), chunks.next());
      if (next.done) return;
      sparedMs += next.value.length / minBytesPerMs - (performance.now() - startedAt);
      yield next.value;
    }
  } finally {
    // Not awaited: after a time-out, the source has not answered yet.
    chunks.return?.().catch(() => undefined);
    // The client may send the rest before it reads the answer.
    source.on('error', () => undefined).resume();
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(requestTimeout()), Math.max(0, ms));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
