import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { median, section, shown, table } from './about.js';
import { quiet, say, vacuum } from './site.js';
import { endedByStop } from './stop.js';
import { onCpu, program, type Subject } from './subject.js';
import { cpuUs, memoryMib } from './usage.js';
import type { Place } from './suite-run.js';
import { deleteCreatedOffers, type World } from './world.js';

/** Many offers in one request. */
export interface BulkResult {
  name: string;
  perSecond: number;
  serverUs: number;
  postgresUs: number;
  memoryMib: number;
}

const rows = 20_000;
/** Offers a second that a bulk has to take. */
const target = 5000;

const run = promisify(execFile);

const bulk = '/provider/offers/bulk';
const steps = [
  { name: 'check only (dryRun)', path: `${bulk}?dryRun=true`, price: '10', expected: 'created' },
  { name: 'create', path: bulk, price: '10', expected: 'created' },
  { name: 'the same again', path: bulk, price: '10', expected: 'unchanged' },
  { name: 'change the price', path: bulk, price: '11', expected: 'updated' },
  { name: 'export', path: '/provider/offers/export', price: '', expected: 'lines' },
];

interface BulkOptions {
  world: World;
  where: Place;
  client: Client;
  rounds: number;
}

/** Writes and reads thousands of offers of the writer, and deletes them again, round by round. @returns medians */
export async function runBulk(service: Subject, options: BulkOptions): Promise<BulkResult[]> {
  const rounds: BulkResult[][] = [];
  while (rounds.length < options.rounds) rounds.push(await runRound(service, options));
  return steps.map(({ name }, step) => {
    const each = (measure: Exclude<keyof BulkResult, 'name'>) =>
      median(rounds.map((results) => results[step]?.[measure] ?? NaN));
    const [perSecond, serverUs, postgresUs] = [each('perSecond'), each('serverUs'), each('postgresUs')];
    say(`bulk, ${name}: ${shown(perSecond, 0)}/s`);
    return { name, perSecond, serverUs, postgresUs, memoryMib: each('memoryMib') };
  });
}

async function runRound(
  service: Subject,
  { world: { writer }, where: { otherCpu, postmaster }, client }: BulkOptions,
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  try {
    for (const { name, path, price, expected } of steps) {
      await vacuum(client);
      await quiet(client);
      const before = [cpuUs(service.pid), cpuUs(postmaster)] as const;
      const args = [program('bulk-load.js'), `${service.port}`, writer.key, `${rows}`, path, price];
      const running = run(...onCpu(otherCpu, process.execPath, args));
      endedByStop(running.child);
      const { stdout } = await running;
      const told = JSON.parse(stdout) as { seconds: number; results: Record<string, number> };
      const count = told.results[expected] ?? 0;
      if (count < rows) throw new Error(`bulk, ${name}: ${stdout}`);
      const each = (root: number | undefined, at: number) => (cpuUs(root) - at) / count;
      results.push({
        name,
        perSecond: count / told.seconds,
        serverUs: each(service.pid, before[0]),
        postgresUs: each(postmaster, before[1]),
        memoryMib: memoryMib(service.pid).now,
      });
    }
  } finally {
    await client.query(deleteCreatedOffers);
  }
  return results;
}

export const bulkSection = (results: readonly BulkResult[]): string[] =>
  section('Offers by the thousand', [
    `\`POST ${bulk}\` and \`GET /provider/offers/export\`, one request of ${rows.toLocaleString('en')} offers (2 KB each)`,
    `in each round, medians; the target for what is written is ${target.toLocaleString('en')} a second. Memory is that of the`,
    'server when it is done.',
    '',
    ...table(
      ['', 'offers/s', 'server CPU µs', 'Postgres CPU µs', 'MiB'],
      results.map(({ name, perSecond, serverUs, postgresUs, memoryMib: mib }) => [
        name,
        perSecond < target ? `**${shown(perSecond, 0)}**` : shown(perSecond, 0),
        shown(serverUs, 0),
        shown(postgresUs, 0),
        shown(mib, 0),
      ]),
    ),
  ]);
