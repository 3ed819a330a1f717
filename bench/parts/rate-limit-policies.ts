export interface FlexibleLimiter {
  consume(key: string): Promise<{ remainingPoints: number; msBeforeNext: number }>;
}
type LimiterClass = new (options: { keyPrefix: string; points: number; duration: number }) => FlexibleLimiter;
export interface RateLimiterFlexible {
  RateLimiterMemory: LimiterClass;
  RateLimiterCluster: LimiterClass;
  RateLimiterClusterMaster: new () => unknown;
}

/** The service's two limits, with quotas that are never reached. */
export const policies = [
  { name: 'burst', quota: 1_000_000_000, windowMs: 60_000 },
  { name: 'sustained', quota: 1_000_000_000, windowMs: 3_600_000 },
];
export const flexibleOptions = policies.map(({ name, quota, windowMs }) => ({
  keyPrefix: name,
  points: quota,
  duration: windowMs / 1000,
}));

const keys = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
let nextKey = 0;
/** Returns the key of the next of 1,000 clients. */
export const someKey = () => keys[(nextKey += 1) % keys.length] ?? '';
