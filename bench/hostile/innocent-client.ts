import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, send, tallyOf } from './hostile-client.js';
import type { InnocentPlan, InnocentResult } from './innocent-team.js';

/*
 * The requests of a team that does nothing wrong, in a separate process, so that the work of the attacker's client
 * does not count as waiting time. The argument is the plan as JSON. Prints `ready` after a warm-up. When standard
 * input ends, prints one line of JSON with the result.
 */

const plan = JSON.parse(process.argv[2] ?? '{}') as InnocentPlan;
const agent = new Agent({ keepAlive: true });
const liveness = '/health/live';
const warmUpRequests = 40;
/** Ticks are skipped while so many requests are waiting, because more would themselves be an attack. */
const maxWaiting = 20;

const times: number[] = [];
const liveTimes: number[] = [];
const failures: string[] = [];
let unavailable = 0;
let waiting = 0;

/** A liveness check has a new connection each time, like that of an orchestrator. */
const get = (path: string, key?: string) =>
  send(plan.port, { path, key, agent: key === undefined ? undefined : agent, timeoutMs: plan.timeoutMs });

/** An answer from a closed keep-alive connection is not the service's fault, so such a request is sent once more. */
async function getAgain(path: string, key?: string) {
  const startedAt = performance.now();
  const first = await get(path, key);
  const { how } = first.how === 'ECONNRESET' ? await get(path, key) : first;
  return { how, ms: performance.now() - startedAt };
}

async function ask(path: string): Promise<void> {
  waiting += 1;
  const isLive = path === liveness;
  const { how, ms } = await getAgain(path, isLive ? undefined : plan.key);
  waiting -= 1;
  (isLive ? liveTimes : times).push(ms);
  if (how === '503' && !isLive) unavailable += 1;
  else if (how !== '200') failures.push(isLive ? `${how} live` : how);
}

const paths = [...plan.paths, liveness];
for (let index = 0; index < warmUpRequests; index += 1) await ask(paths[index % paths.length] ?? '');
times.length = liveTimes.length = failures.length = unavailable = 0;
process.stdout.write('ready\n');

process.stdin.resume();
const running: Promise<void>[] = [];
let skipped = 0;
for (let tick = 0; !process.stdin.readableEnded; tick += 1) {
  if (waiting < maxWaiting) running.push(ask(paths[tick % paths.length] ?? ''));
  else skipped += 1;
  await sleep(plan.everyMs);
}
await Promise.all(running);
agent.destroy();
const result: InnocentResult = {
  requests: times.length + liveTimes.length,
  skipped,
  unavailable,
  failures: tallyOf(failures),
  p50: percentile(times, 0.5),
  p99: percentile(times, 0.99),
  slowest: percentile(times, 1),
  slowestLive: percentile(liveTimes, 1),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
