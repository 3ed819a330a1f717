import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { killOnInterrupt, stopChild } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import { compiled } from '../environment/programs.js';
import { RateLimiter } from '../../src/rate-limits/rate-limiter.js';
import type { Part, Way } from './alternate.js';
import { optionalPackage } from './optional-package.js';
import { flexibleOptions, policies, someKey, type RateLimiterFlexible } from './rate-limit-policies.js';

export async function rateLimitsInOneProcess(): Promise<Part> {
  const flexible = await optionalPackage<RateLimiterFlexible>('rate-limiter-flexible');
  const limiter = new RateLimiter(policies);
  const ways: Way[] = [
    {
      name: 'src/rate-limits',
      run: (count) => {
        for (let index = 0; index < count; index += 1)
          if (!limiter.consume(someKey()).allowed) throw new Error('Refused');
      },
    },
  ];
  if (flexible) {
    const limiters = flexibleOptions.map((options) => new flexible.RateLimiterMemory(options));
    ways.push({
      name: 'rate-limiter-flexible (RateLimiterMemory)',
      run: async (count) => {
        for (let index = 0; index < count; index += 1) {
          const key = someKey();
          await Promise.all(limiters.map((each) => each.consume(key)));
        }
      },
    });
  }
  return { title: 'Rate limits: one process', operation: 'one request, two limits', batch: 1000, ways };
}

/** Compares the limiters in a primary with two workers, each of which checks requests at the same fixed rate. */
export async function rateLimitsInCluster(): Promise<Part> {
  const flexible = await optionalPackage<RateLimiterFlexible>('rate-limiter-flexible');
  const kinds = flexible ? (['ours', 'flexible', 'none'] as const) : (['ours', 'none'] as const);
  const clusters = new Map<string, ChildProcess>();
  for (const kind of kinds) {
    const child = killOnInterrupt(fork(compiled('bench/parts/rate-limit-cluster.js'), [kind]));
    await once(child, 'message');
    clusters.set(kind, child);
  }
  const run = (kind: string) => async (count: number) => {
    const child = clusters.get(kind);
    child?.send({ count });
    if (child) await once(child, 'message');
  };
  const names = {
    ours: 'src/rate-limits',
    flexible: 'rate-limiter-flexible (RateLimiterCluster)',
    none: 'no limiter: the cost of the measurement itself',
  };
  return {
    title: 'Rate limits: two workers',
    operation: 'one request, two limits; CPU of the primary and both workers',
    batch: 1000,
    ways: kinds.map((kind) => ({ name: names[kind], run: run(kind) })),
    cpuUs: () => [...clusters.values()].reduce((sum, { pid }) => sum + cpuUs(pid), 0),
    close: async () => {
      for (const child of clusters.values()) await stopChild(child);
    },
  };
}
