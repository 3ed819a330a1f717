/** Allows a number of requests per second, evenly spread, with bursts of a tenth of a second. */
export class SendRate {
  private tokens = 1;
  private at: number;

  /** @param now milliseconds of a clock that never goes back, here and below */
  constructor(
    public perSecond: number,
    now: number,
  ) {
    this.at = now;
  }

  /** Returns the milliseconds until the next request can start; 0 for now. */
  delayMs(now: number): number {
    this.refill(now);
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }

  /** Counts a request that starts. */
  take(now: number): void {
    this.refill(now);
    this.tokens -= 1;
  }

  /** Whether a new object would allow as much. */
  isIdle(now: number): boolean {
    return now - this.at > 1_000;
  }

  private refill(now: number): void {
    const burst = Math.max(1, this.perSecond / 10);
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
  }
}
