import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLimiter } from '../../src/rate-limits/create-limiter.js';
import { LeaseServer } from '../../src/rate-limits/lease-server.js';
import { ipcChannel } from '../../src/server/cluster/ipc-channel.js';
import { optionalPackage } from './optional-package.js';
import { flexibleOptions, policies, someKey, type RateLimiterFlexible } from './rate-limit-policies.js';

/*
 * A primary process with two workers that share rate limits. The first argument selects the limiter: `ours`,
 * `flexible` or `none`. For each message { count } from the parent process, the workers together check `count`
 * requests, and the primary replies when they are done.
 */

const kind = process.argv[2];
const workerCount = 2;
/** The number of requests that reach a worker together every 5 ms: 2,000 per second and worker. */
const perTick = 10;
const tickMs = 5;

/** A message of this benchmark, as opposed to those of the rate limiters. */
interface Task {
  benchCount?: number;
}

if (cluster.isPrimary) await runPrimary();
else await runWorker();

async function runPrimary(): Promise<void> {
  const flexible =
    kind === 'flexible' ? await optionalPackage<RateLimiterFlexible>('rate-limiter-flexible') : undefined;
  const sharing = flexible ? new flexible.RateLimiterClusterMaster() : new LeaseServer();
  const workers = Array.from({ length: workerCount }, () => {
    const worker = cluster.fork();
    if (sharing instanceof LeaseServer) sharing.join(ipcChannel(worker));
    return worker;
  });
  await Promise.all(workers.map((worker) => nextReply(worker)));
  process.on('message', ({ count }: { count: number }) => {
    for (const worker of workers) worker.send({ benchCount: count / workerCount } satisfies Task);
    void Promise.all(workers.map((worker) => nextReply(worker))).then(() => process.send?.('done'));
  });
  process.send?.('ready');
}

/** Settles when the worker has reported that it is ready or done. */
function nextReply(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (message !== 'bench done') return;
      worker.off('message', listen);
      resolve();
    };
    worker.on('message', listen);
  });
}

async function runWorker(): Promise<void> {
  const check = await limiter();
  process.on('message', (message: Task) => {
    if (message.benchCount !== undefined)
      void checkRequests(message.benchCount, check).then(() => process.send?.('bench done'));
  });
  process.send?.('bench done');
}

async function limiter(): Promise<(key: string) => unknown> {
  if (kind === 'ours') {
    const ours = createLimiter('requests', policies, ipcChannel(process));
    return (key) => ours.consume(key);
  }
  if (kind === 'none') return () => undefined;
  const flexible = await optionalPackage<RateLimiterFlexible>('rate-limiter-flexible');
  if (!flexible) throw new Error('rate-limiter-flexible is not installed');
  const limiters = flexibleOptions.map((options) => new flexible.RateLimiterCluster(options));
  return (key) => Promise.all(limiters.map((each) => each.consume(key)));
}

async function checkRequests(count: number, check: (key: string) => unknown): Promise<void> {
  for (let done = 0; done < count; done += perTick) {
    await Promise.all(Array.from({ length: perTick }, () => check(someKey())));
    await sleep(tickMs);
  }
}
