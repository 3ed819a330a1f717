import { DomainError } from '../common/errors.js';
import type { RateLimitPolicy } from './rate-limit-windows.js';
import type { RateLimitStatus } from './rate-limiter.js';

const toSeconds = (ms: number) => Math.ceil(ms / 1000);

/** The texts of `RateLimit-Policy`, by the most restrictive policy. Remembered, because every response has one. */
const described = new WeakMap<RateLimitPolicy, string>();

/** Returns the policies of a limiter as `RateLimit-Policy`. A policy belongs to one limiter. */
function describePolicies(statuses: readonly RateLimitStatus[], lowest: RateLimitPolicy): string {
  let text = described.get(lowest);
  if (text === undefined) {
    text = statuses
      .filter(({ policy }) => policy.per !== 'group' || policy === lowest)
      .map(({ policy: { name, quota, windowMs } }) => `"${name}";q=${quota};w=${toSeconds(windowMs)}`)
      .join(', ');
    described.set(lowest, text);
  }
  return text;
}

/** Returns the status with the fewest remaining requests. */
export function mostRestrictive(statuses: readonly RateLimitStatus[]): RateLimitStatus | undefined {
  return statuses.reduce<RateLimitStatus | undefined>(
    (lowest, next) => (lowest && lowest.remaining <= next.remaining ? lowest : next),
    undefined,
  );
}

/**
 * Returns the headers of draft-ietf-httpapi-ratelimit-headers and the older `X-RateLimit-*` headers, in which
 * the reset time is in Unix seconds. They describe the most restrictive policy. `RateLimit-Policy` lists the
 * policies of the key, and one of its group only while that is the most restrictive.
 */
export function rateLimitHeaders(statuses: readonly RateLimitStatus[], now: number): Record<string, string> {
  const lowest = mostRestrictive(statuses);
  if (!lowest) return {};
  const { policy, remaining, resetMs } = lowest;
  return {
    'ratelimit-policy': describePolicies(statuses, policy),
    ratelimit: `"${policy.name}";r=${remaining};t=${toSeconds(resetMs)}`,
    'x-ratelimit-limit': String(policy.quota),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(toSeconds(now + resetMs)),
  };
}

/**
 * Returns the error for a rejected request. `retryAfter` is the number of seconds, at least 1, until all
 * policies allow a request again.
 */
export function rateLimitExceeded(
  statuses: readonly RateLimitStatus[],
  message = 'Too many requests',
): DomainError {
  const exhausted = statuses.filter(({ remaining }) => remaining <= 0);
  const waitMs = Math.max(
    ...exhausted.map(({ resetMs }) => resetMs),
    mostRestrictive(statuses)?.resetMs ?? 0,
  );
  const retryAfter = Math.max(1, toSeconds(waitMs));
  return new DomainError('RATE_LIMITED', message, { retryAfter }, { 'retry-after': String(retryAfter) });
}
