import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { killOnInterrupt } from '../environment/interrupts.js';
import { compiled } from '../environment/programs.js';
import type { Tally } from './hostile-client.js';
import type { Site } from './site.js';

export interface InnocentPlan {
  port: number;
  key: string;
  paths: string[];
  everyMs: number;
  timeoutMs: number;
}

/** Times are in milliseconds; those of failed requests are included. */
export interface InnocentResult {
  requests: number;
  /** Requests that were not sent, because too many were waiting for an answer. */
  skipped: number;
  /** Requests with a 503. A client is expected to repeat them after the time in `Retry-After`. */
  unavailable: number;
  /** Requests with any other answer than 200, or without one, by how they ended. */
  failures: Tally;
  p50: number;
  p99: number;
  slowest: number;
  /** The slowest answer to `GET /health/live`. */
  slowestLive: number;
}

const everyMs = 50;
const timeoutMs = 30_000;

/**
 * Starts the requests of a team that does nothing wrong: a catalog page, an offer and the liveness check in turn, one
 * every 50 ms.
 * @returns a function that ends them and returns the result
 */
export async function startInnocentTeam(site: Site): Promise<() => Promise<InnocentResult>> {
  const { key } = await site.createTeam('reseller');
  const page = '/reseller/catalog?sortBy=price&category=internet&limit=20';
  const [offer] = await site.call<{ id: string }[]>('GET', page, key);
  const paths = [page, `/reseller/catalog/${offer?.id}`];
  const plan: InnocentPlan = { port: site.port, key, paths, everyMs, timeoutMs };
  const args = [compiled('bench/hostile/innocent-client.js'), JSON.stringify(plan)];
  const child = killOnInterrupt(spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return async () => {
    child.stdin.end();
    const { value } = await lines.next();
    await exited;
    if (!value) throw new Error('The innocent team has no result');
    return JSON.parse(String(value)) as InnocentResult;
  };
}
