import { DomainError } from '../common/errors.js';
import type { Allowance } from './rate-limiter.js';

const seconds = (ms: number) => Math.ceil(ms / 1000);

/** The policy that runs out first. */
export function tightest(allowances: readonly Allowance[]): Allowance | undefined {
  return allowances.reduce<Allowance | undefined>(
    (least, next) => (least && least.remaining <= next.remaining ? least : next),
    undefined,
  );
}

/** The headers of draft-ietf-httpapi-ratelimit-headers and the older `X-RateLimit-*` (reset in Unix seconds). */
export function rateLimitHeaders(allowances: readonly Allowance[], now: number): Record<string, string> {
  const least = tightest(allowances);
  if (!least) return {};
  const { policy, remaining, resetMs } = least;
  return {
    'ratelimit-policy': allowances
      .map((each) => `"${each.policy.name}";q=${each.policy.quota};w=${seconds(each.policy.windowMs)}`)
      .join(', '),
    ratelimit: `"${policy.name}";r=${remaining};t=${seconds(resetMs)}`,
    'x-ratelimit-limit': String(policy.quota),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(seconds(now + resetMs)),
  };
}

/** The refusal of a request whose limit is used up: says how many seconds to wait. */
export function tooManyRequests(
  allowances: readonly Allowance[],
  message = 'Too many requests',
): DomainError {
  const spent = allowances.filter((each) => each.remaining <= 0);
  const waitMs = Math.max(...spent.map((each) => each.resetMs), tightest(allowances)?.resetMs ?? 0);
  const retryAfter = Math.max(1, seconds(waitMs));
  return new DomainError('RATE_LIMITED', message, { retryAfter }, { 'retry-after': String(retryAfter) });
}
