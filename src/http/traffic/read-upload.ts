import { requestTimeout } from './read-body.js';

/** An upload may take one more second for each KiB that has arrived. */
const minBytesPerMs = 1024 / 1000;

/**
 * Yields the chunks of an upload of any length. The client must not pause for `idleMs`, and must send 1 KiB/s on
 * average, so that an upload that trickles ends as well. Only the time spent waiting for the client counts.
 * @throws DomainError REQUEST_TIMEOUT
 */
export async function* readUpload(source: AsyncIterable<Buffer>, idleMs: number): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let sparedMs = idleMs;
  try {
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
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(requestTimeout()), Math.max(0, ms));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
