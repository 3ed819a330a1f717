/**
 * A query whose result concurrent callers share. Each caller gets the result of a run that started after its call, so it
 * is as fresh as that of a query of its own. Only one run is active at a time.
 */
export class SharedQuery<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next?: Promise<T>;

  constructor(private readonly run: () => Promise<T>) {}

  result(): Promise<T> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const result = this.run();
      this.running = result.catch(() => undefined);
      return result;
    });
    return this.next;
  }
}
