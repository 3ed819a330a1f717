/** SIGTERM or SIGINT was received before the work was finished. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Returns a signal that aborts with an Interrupted error on the first SIGTERM or SIGINT. After this call,
 * SIGTERM and SIGINT no longer end the process, so the caller must check the signal between steps.
 */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'])
    process.on(name, () => controller.abort(new Interrupted(`${name} received`)));
  return controller.signal;
}

/**
 * Starts `work` unless the signal has aborted, and resolves like it.
 * @throws the signal's reason as soon as it aborts; `work` is no longer awaited after that
 */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
