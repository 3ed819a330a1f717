import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { report, vacuum, waitUntilIdle } from '../environment/databases.js';
import { killOnInterrupt } from '../environment/interrupts.js';
import { cell, median, section, table } from '../environment/markdown.js';
import { cpuUs, memoryMib } from '../environment/process-usage.js';
import { compiled, onCpu } from '../environment/programs.js';
import type { Subject } from '../subjects/subject.js';
import { deleteCreatedOffers, type Fixtures } from './fixtures.js';
import type { Pinning } from './run-suite.js';

/** The medians of one step; CPU time is in microseconds per offer. */
export interface BulkResult {
  name: string;
  perSecond: number;
  serverUs: number;
  postgresUs: number;
  memoryMib: number;
}

const rows = 20_000;
/** Offers per second that the bulk import must reach. */
const minPerSecond = 5000;

const run = promisify(execFile);

const bulkPath = '/provider/offers/bulk';
const exportPath = '/provider/offers/export';
const steps = [
  { name: 'validate only (dryRun)', path: `${bulkPath}?dryRun=true`, price: '10', expected: 'created' },
  { name: 'create', path: bulkPath, price: '10', expected: 'created' },
  { name: 'send again, unchanged', path: bulkPath, price: '10', expected: 'unchanged' },
  { name: 'change the price', path: bulkPath, price: '11', expected: 'updated' },
  { name: 'export', path: exportPath, price: '', expected: 'lines' },
];

interface BulkOptions {
  fixtures: Fixtures;
  pinning: Pinning;
  client: Client;
  rounds: number;
}

/** Imports and exports thousands of the writer's offers and then deletes them, in every round. */
export async function runBulk(service: Subject, options: BulkOptions): Promise<BulkResult[]> {
  const rounds: BulkResult[][] = [];
  while (rounds.length < options.rounds) rounds.push(await runRound(service, options));
  return steps.map(({ name }, step) => {
    const medianOf = (measure: Exclude<keyof BulkResult, 'name'>) =>
      median(rounds.map((results) => results[step]?.[measure] ?? NaN));
    const perSecond = medianOf('perSecond');
    report(`bulk, ${name}: ${cell(perSecond, 0)}/s`);
    const [serverUs, postgresUs] = [medianOf('serverUs'), medianOf('postgresUs')];
    return { name, perSecond, serverUs, postgresUs, memoryMib: medianOf('memoryMib') };
  });
}

async function runRound(
  service: Subject,
  { fixtures: { writer }, pinning: { otherCpu, postmaster }, client }: BulkOptions,
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  try {
    for (const { name, path, price, expected } of steps) {
      await vacuum(client);
      await waitUntilIdle(client);
      const [serverBefore, postgresBefore] = [cpuUs(service.pid), cpuUs(postmaster)];
      const program = compiled('bench/load/bulk-client.js');
      const args = [program, `${service.port}`, writer.key, `${rows}`, path, price];
      const running = run(...onCpu(otherCpu, process.execPath, args));
      killOnInterrupt(running.child);
      const { stdout } = await running;
      const output = JSON.parse(stdout) as { seconds: number; results: Record<string, number> };
      const count = output.results[expected] ?? 0;
      if (count < rows) throw new Error(`bulk, ${name}: ${stdout}`);
      results.push({
        name,
        perSecond: count / output.seconds,
        serverUs: (cpuUs(service.pid) - serverBefore) / count,
        postgresUs: (cpuUs(postmaster) - postgresBefore) / count,
        memoryMib: memoryMib(service.pid).now,
      });
    }
  } finally {
    await client.query(deleteCreatedOffers);
  }
  return results;
}

export const bulkSection = (results: readonly BulkResult[]): string[] =>
  section('Bulk import and export', [
    `\`POST ${bulkPath}\` and \`GET ${exportPath}\`: one request with ${rows.toLocaleString('en')} offers of 2 KB per round. The target is`,
    `${minPerSecond.toLocaleString('en')} offers per second; a lower rate is bold. MiB is the server's memory after the request.`,
    '',
    ...table(
      ['', 'offers/s', 'server CPU µs', 'Postgres CPU µs', 'MiB'],
      results.map(({ name, perSecond, serverUs, postgresUs, memoryMib: mib }) => [
        name,
        perSecond < minPerSecond ? `**${cell(perSecond, 0)}**` : cell(perSecond, 0),
        cell(serverUs, 0),
        cell(postgresUs, 0),
        cell(mib, 0),
      ]),
    ),
  ]);
