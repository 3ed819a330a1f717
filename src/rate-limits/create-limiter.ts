import type { Channel } from '../common/channel.js';
import { LeasedLimiter } from './leased-limiter.js';
import type { RateLimitPolicy } from './rate-limit-windows.js';
import { RateLimiter, type Limiter } from './rate-limiter.js';

/**
 * Creates a limiter that all processes of this service share.
 * @param name different for each limiter
 * @param policies the policies, all of which a request must satisfy; a quota of 0 disables a policy
 * @param channel the worker's connection to the primary; null if there is only one process
 */
export const createLimiter = (
  name: string,
  policies: readonly RateLimitPolicy[],
  channel: Channel | null,
): Limiter => (channel ? new LeasedLimiter(name, policies, channel) : new RateLimiter(policies));
