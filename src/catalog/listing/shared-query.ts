/**
 * A question that many ask at once. Who asks shares the answer of a run that began afterwards: it is as fresh as one of
 * their own, and however many ask, one run follows the other.
 */
export class SharedQuery<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next?: Promise<T>;

  constructor(private readonly ask: () => Promise<T>) {}

  result(): Promise<T> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const answer = this.ask();
      this.running = answer.catch(() => undefined);
      return answer;
    });
    return this.next;
  }
}
