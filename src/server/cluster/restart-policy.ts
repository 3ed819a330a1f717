const windowMs = 10_000;
const delayStepMs = 500;
const maxDelayMs = 2_000;

/** Determines the delay before a worker that exited is replaced, and when to stop replacing workers. */
export class RestartPolicy {
  private exits: number[] = [];
  /** Maximum number of exits within ten seconds: five or the number of workers, whichever is greater. */
  private readonly maxExits: number;

  constructor(
    workers: number,
    private readonly now: () => number = Date.now,
  ) {
    this.maxExits = Math.max(5, workers);
  }

  /**
   * Records that a worker has exited.
   * @returns the delay in ms before its replacement starts; undefined to give up
   */
  nextDelayMs(): number | undefined {
    const now = this.now();
    this.exits = [...this.exits.filter((at) => now - at < windowMs), now];
    if (this.exits.length > this.maxExits) return undefined;
    return Math.min((this.exits.length - 1) * delayStepMs, maxDelayMs);
  }
}
