const windowMs = 10_000;
const delayStepMs = 500;
const maxDelayMs = 2_000;

/** Decides how soon a worker that exited is replaced, and when replacing workers is pointless. */
export class RestartPolicy {
  private exits: number[] = [];
  /** Exits allowed within ten seconds: five, or one per worker if that is more. */
  private readonly maxExits: number;

  constructor(
    workers: number,
    private readonly now: () => number = Date.now,
  ) {
    this.maxExits = Math.max(5, workers);
  }

  /** Call it when a worker has exited. @returns ms until its replacement should start; undefined to give up */
  nextDelayMs(): number | undefined {
    const now = this.now();
    this.exits = [...this.exits.filter((at) => now - at < windowMs), now];
    if (this.exits.length > this.maxExits) return undefined;
    return Math.min((this.exits.length - 1) * delayStepMs, maxDelayMs);
  }
}
