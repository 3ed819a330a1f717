/** SIGTERM or SIGINT arrived before the work was finished. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * A signal that aborts, with an Interrupted error, on the first SIGTERM or SIGINT. From then on neither of them ends
 * the process by itself, so check the signal between two steps.
 */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'])
    process.on(name, () => controller.abort(new Interrupted(`${name} received`)));
  return controller.signal;
}

/** Resolves like `work`. @throws the signal's reason as soon as it aborts; nobody awaits the work from then on. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
