/** How long the events of a subject are left alone after one of them could not be routed, in milliseconds. */
const holdMs = 60_000;

/**
 * The subjects of events that could not be routed. All of their events wait, so that they stay in order, while those of
 * other subjects go on.
 */
export class HeldSubjects {
  /** Subject and the time at which it is tried again, by `performance.now()`. */
  private readonly until = new Map<string, number>();

  add(subject: string): void {
    this.until.set(subject, performance.now() + holdMs);
  }

  /** The subjects that are left alone at the moment. */
  ids(): string[] {
    const now = performance.now();
    for (const [subject, at] of this.until) if (at <= now) this.until.delete(subject);
    return [...this.until.keys()];
  }
}
