import type { Topic } from '../common/channel.js';
import type { RateLimitPolicy } from './rate-limit-windows.js';

/** A key and its group in one of the limiters. */
export interface LeaseSubject {
  limiter: string;
  key: string;
  group: string;
}

/** Sent by a worker for each of its limiters before its first request for a lease. */
export const limiterDeclared: Topic<{ limiter: string; policies: readonly RateLimitPolicy[] }> = {
  name: 'rate limiter',
};

/** Sent by a worker that needs more units than it holds. `returned` are those it holds, which it gives up. */
export const leaseRequested: Topic<LeaseSubject & { needed: number; returned: number }> = {
  name: 'rate limit lease request',
};

/**
 * The answer. If fewer units are granted than were needed, no more are left anywhere.
 * `windows` are those of the policies, in their order; `used` includes the units granted.
 */
export const leaseGranted: Topic<
  LeaseSubject & { granted: number; windows: readonly (readonly [start: number, used: number])[] }
> = { name: 'rate limit lease' };

/** Asks a worker to give up the units that it holds for these subjects and has not used. */
export const leasesRecalled: Topic<{ recall: number; subjects: readonly LeaseSubject[] }> = {
  name: 'rate limit recall',
};

/** The answer: the number of units given up, in the order of the subjects. */
export const leasesReturned: Topic<{ recall: number; returned: readonly number[] }> = {
  name: 'rate limit return',
};

/** Returns the same text for the same subject of one limiter. */
export const subjectId = (key: string, group: string) => (key === group ? key : `${key} ${group}`);
