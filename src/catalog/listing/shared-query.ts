import { runInScope } from '../../common/request/request-scope.js';

/**
 * Shares the result of a query among concurrent callers. Each caller receives the result of a run that
 * started after its call, so the result is as recent as that of a separate query. Only one run is active at
 * any time. It belongs to no request, because the client of one must not end it for the others.
 */
export class SharedQuery<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next?: Promise<T>;

  constructor(private readonly run: () => Promise<T>) {}

  result(): Promise<T> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const result = runInScope(undefined, this.run);
      this.running = result.catch(() => undefined);
      return result;
    });
    return this.next;
  }
}
