import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WebhookResults } from '../../bench/webhooks/webhook-report.js';

/*
 * Runs the short form of `npm run bench:webhooks` and checks that everything arrives, also beside endpoints that are broken.
 * The times that it prints depend on the machine.
 */

const program = fileURLToPath(new URL('../../dist/bench/webhooks.js', import.meta.url));
const timeoutMs = 120_000;

let bench: ChildProcess;
let results: WebhookResults | undefined;

beforeAll(async () => {
  const env = { ...process.env, BENCH_DATABASE_URL: process.env.TEST_CLUSTER_URL };
  bench = fork(program, ['--short', '--out', '/dev/null'], { env, execArgv: [], silent: true });
  let output = '';
  for (const stream of [bench.stdout, bench.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  bench.once('message', (message: WebhookResults) => (results = message));
  const [code] = (await once(bench, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The benchmark ended with status ${code}:\n${output}`);
}, timeoutMs);
afterAll(() => void bench.kill());

it('every event arrives at every healthy endpoint, beside broken ones as well', () => {
  const rounds = [...(results?.isolation?.without ?? []), ...(results?.isolation?.with ?? [])];
  expect(rounds.map(({ missing }) => missing)).toEqual([0, 0]);
  expect(rounds.every(({ expected }) => expected > 0)).toBe(true);
});

it('delivers a backlog once', () => {
  const rounds = results?.saturation.flatMap(({ worker }) => worker) ?? [];
  expect(rounds.map(({ repeated }) => repeated)).toEqual([0]);
  expect(rounds.every(({ rate }) => rate > 0)).toBe(true);
});
