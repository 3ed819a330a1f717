import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SiteResult } from '../../bench/hostile/hostile-report.js';
import type { Row } from '../../bench/hostile/measure.js';
import { memoryGroups } from '../../bench/hostile/sizes.js';

/*
 * Runs the short form of `npm run bench:hostile` and checks what must hold on any machine; the times and CPU times that
 * it prints depend on the machine.
 */

const program = fileURLToPath(new URL('../../dist/bench/hostile.js', import.meta.url));
const timeoutMs = 240_000;
const maxMib = 300;
/** The attack with more requests than the service can handle. */
const overload = 11;

let bench: ChildProcess;
let rows: Row[] = [];

beforeAll(async () => {
  const env = { ...process.env, BENCH_DATABASE_URL: process.env.TEST_CLUSTER_URL };
  bench = fork(program, ['--short', '--out', '/dev/null'], { env, execArgv: [], silent: true });
  let output = '';
  for (const stream of [bench.stdout, bench.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  bench.once('message', (results: SiteResult[]) => (rows = results.flatMap((result) => result.rows)));
  const [code] = (await once(bench, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The benchmark ended with status ${code}:\n${output}`);
}, timeoutMs);
afterAll(() => void bench.kill());

const namesOf = (found: readonly Row[]) => found.map(({ group, name }) => `${group}: ${name}`);

it('attacks with every group', () => {
  expect([...new Set(rows.map(({ group }) => group))]).toEqual([3, 6, 7, 8, 11, 12]);
});

it('the service survives every attack', () => {
  expect(namesOf(rows.filter(({ isAlive }) => !isAlive))).toEqual([]);
});

it('an innocent team is answered without an error during every attack', () => {
  expect(namesOf(rows.filter(({ innocent }) => innocent.requests === 0))).toEqual([]);
  expect(
    rows.flatMap(({ name, innocent }) => Object.keys(innocent.failures).map((how) => [name, how])),
  ).toEqual([]);
});

it('an innocent team gets a 503 only when the service has more requests than it can handle', () => {
  const refused = rows.filter(({ group, innocent }) => group !== overload && innocent.unavailable > 0);
  expect(namesOf(refused)).toEqual([]);
});

it('huge answers, stalled uploads and unread downloads stay below 300 MiB', () => {
  const large = rows.filter(({ group, peakMib }) => memoryGroups.includes(group) && peakMib >= maxMib);
  expect(large.map(({ name, peakMib }) => `${name}: ${Math.round(peakMib)} MiB`)).toEqual([]);
});

it('leaves nothing running in Postgres', () => {
  expect(namesOf(rows.filter(({ busyConnections }) => busyConnections > 0))).toEqual([]);
  const left = rows.flatMap(
    ({ facts }) => facts['statements still running 1 s after the clients left'] ?? [],
  );
  expect(left).toEqual([0]);
});
