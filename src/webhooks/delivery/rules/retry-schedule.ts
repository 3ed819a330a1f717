const maxRetryAfterMs = 3_600_000;
const minRetryAfterMs = 1_000;
const maxOpenMs = 600_000;
/** By how much a delay differs at most from the configured one, as a part of it. */
const jitter = 0.2;

/**
 * When deliveries are tried again.
 * @param delaysMs the delay after each failed attempt of a delivery; after one more, it is dead
 * @param random returns a number from 0 to 1, excluding 1
 */
export class RetrySchedule {
  constructor(
    private readonly delaysMs: readonly number[],
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Returns the delay before the next attempt of a delivery; undefined if there is none.
   * @param failures how many of its attempts have failed, at least 1
   * @param retryAfterMs what the receiver has asked for; a second to an hour are honoured
   */
  nextAttemptMs(failures: number, retryAfterMs?: number): number | undefined {
    const delay = this.delaysMs[failures - 1];
    if (delay === undefined) return undefined;
    if (retryAfterMs === undefined) return this.vary(delay);
    return Math.min(Math.max(retryAfterMs, minRetryAfterMs), maxRetryAfterMs);
  }

  /**
   * Returns how long nothing is sent to an endpoint that fails: the delays of a delivery without the first one, up to ten
   * minutes.
   * @param probes how many single requests have failed after earlier pauses
   */
  pauseMs(probes: number): number {
    const delays = this.delaysMs.slice(1);
    const delay = delays[Math.min(probes, delays.length - 1)] ?? this.delaysMs[0] ?? 0;
    return Math.min(this.vary(delay), maxOpenMs);
  }

  /** Varies a delay, so that endpoints that failed at the same time are not tried again at the same time. */
  private vary(delayMs: number): number {
    return Math.round(delayMs * (1 - jitter + 2 * jitter * this.random()));
  }
}

/**
 * Parses the header `Retry-After`: seconds, or a date.
 * @param now Unix milliseconds
 * @returns milliseconds; undefined if the header is missing or invalid
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
