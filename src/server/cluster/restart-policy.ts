const spanMs = 10_000;
const pauseMs = 500;

/** How soon a worker that died is replaced, and when to give up: a service that cannot run should say so. */
export class RestartPolicy {
  private deaths: number[] = [];
  /** Deaths within ten seconds that are borne: five, or each worker once. */
  private readonly borne: number;

  constructor(
    workers: number,
    private readonly now: () => number = Date.now,
  ) {
    this.borne = Math.max(5, workers);
  }

  /** A worker died. @returns milliseconds until another one should start; undefined when it is one too many. */
  next(): number | undefined {
    const now = this.now();
    this.deaths = [...this.deaths.filter((at) => now - at < spanMs), now];
    if (this.deaths.length > this.borne) return undefined;
    return Math.min((this.deaths.length - 1) * pauseMs, 2_000);
  }
}
