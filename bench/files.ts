import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { csvRow } from '../src/bulk/csv/csv-cell.js';
import { migrate } from '../src/database/migrate.js';
import { readOffers } from '../src/offers/files/read-offers.js';
import { report, withClient, withCluster } from './environment/databases.js';
import { killOnInterrupt, stopChild } from './environment/interrupts.js';
import { cell, median, table } from './environment/markdown.js';
import { repositoryRoot, serviceArgs } from './environment/programs.js';

/*
 * Loads a day of the Power to Choose file, made from a sample, as CSV and as the same offers in JSON Lines, in turn. Each
 * load is by a team of its own, and is sent twice: the second time, every row must be unchanged.
 */

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1500' }, rounds: { type: 'string', default: '10' } },
});
const rowCount = Number(values.rows);
const adminKey = 'od_admin_for_benchmarks_0123456789';
/** The rate of CSV must be at least this share of the rate of JSON Lines. */
const target = 0.7;

/** Repeats the rows of the sample with other IDs, utilities and prices. */
function varied(sample: string): string {
  const [header = [], ...rows] = parse(sample) as unknown as string[][];
  const at = (name: string) => header.indexOf(name);
  const utilities = ['AEP_CENTRAL', 'AEP_NORTH', 'CENTERPOINT', 'ONCOR', 'TNMP', 'LPL'];
  const lines = Array.from({ length: rowCount }, (_, index) => {
    const row = [...(rows[index % rows.length] ?? [])];
    row[at('plan_id')] = String(100_000 + index);
    row[at('tdu_area')] = utilities[index % utilities.length] ?? '';
    row[at('price_kwh_1000')] = String(10 + (index % 90) / 10);
    return csvRow(row);
  });
  return [csvRow(header), ...lines].join('');
}

async function toJsonLines(file: string): Promise<string> {
  async function* chunks() {
    yield Buffer.from(file);
  }
  const lines: string[] = [];
  for await (const { body } of readOffers(chunks(), { isCsv: true, format: 'power-to-choose' }))
    lines.push(`${JSON.stringify(body)}\n`);
  return lines.join('');
}

async function startService(databaseUrl: string): Promise<{ url: string; child: ChildProcess }> {
  const limits = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_PER_HOUR: '0', TEAM_BULK_MIB_PER_HOUR: '100000' };
  const rest = {
    DATABASE_URL: databaseUrl,
    ADMIN_API_KEY: adminKey,
    DEMO: 'false',
    LOG_LEVEL: 'error',
    PORT: '0',
  };
  const child = killOnInterrupt(
    spawn(process.execPath, serviceArgs, {
      env: { ...process.env, ...limits, ...rest },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The service did not start')));
    child.stdout.on('data', (data: Buffer) => {
      const found = /http:\/\/[\w.:[\]]+:\d+/.exec(data.toString());
      if (found) resolve(found[0].replace('localhost', '127.0.0.1'));
    });
  });
  return { url, child };
}

async function makeTeam(url: string, name: string): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { 'x-api-key': adminKey, 'content-type': 'application/json' };
    const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await reply.json()) as { id: string; key: string };
  };
  const { id } = await post('/admin/teams', { name, role: 'provider', verified: true });
  return (await post(`/admin/teams/${id}/api-keys`, { name })).key;
}

/** Returns the rows per second. @throws unless all rows have the expected result */
async function load(url: string, key: string, { type, body }: Way, expected: string): Promise<number> {
  const query = type === 'text/csv' ? '?format=power-to-choose' : '';
  const startedAt = performance.now();
  const headers = { 'x-api-key': key, 'content-type': type };
  const reply = await fetch(`${url}/provider/offers/bulk${query}`, { method: 'POST', headers, body });
  const text = await reply.text();
  const seconds = (performance.now() - startedAt) / 1000;
  const count = text.split(`"result":"${expected}"`).length - 1;
  if (count !== rowCount) throw new Error(`${count} of ${rowCount} rows ${expected}: ${text.slice(0, 500)}`);
  return rowCount / seconds;
}

interface Way {
  name: string;
  type: string;
  body: string;
}

await withCluster(async (clusterUrl) => {
  const name = 'offerdock_bench_files';
  await withClient(clusterUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name}`));
  await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const databaseUrl = Object.assign(new URL(clusterUrl), { pathname: `/${name}` }).href;
  await migrate(databaseUrl, { info: () => undefined, warn: report, error: report });
  const sample = await readFile(join(repositoryRoot, 'test/data/powertochoose-sample.csv'), 'utf8');
  const file = varied(sample);
  const ways: Way[] = [
    { name: 'JSON Lines', type: 'application/x-ndjson', body: await toJsonLines(file) },
    { name: 'CSV', type: 'text/csv', body: file },
  ];
  const { url, child } = await startService(databaseUrl);
  const rates = ways.map(() => ({ created: [] as number[], unchanged: [] as number[] }));
  try {
    // The first round is a warm-up.
    for (let round = -1; round < Number(values.rounds); round += 1)
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const way = ways[index] as Way;
        const key = await makeTeam(url, `${way.name} ${round}`);
        for (const result of ['created', 'unchanged'] as const) {
          const rate = await load(url, key, way, result);
          if (round >= 0) rates[index]?.[result].push(rate);
        }
      }
  } finally {
    await stopChild(child);
  }
  const ratio = (result: 'created' | 'unchanged') =>
    median((rates[1]?.[result] ?? []).map((rate, round) => rate / (rates[0]?.[result][round] ?? NaN)));
  const rows = ways.map(({ name: way, body }, index) => [
    way,
    cell(Buffer.byteLength(body) / 1024, 0),
    cell(median(rates[index]?.created ?? []), 0),
    cell(median(rates[index]?.unchanged ?? []), 0),
  ]);
  process.stdout.write(
    `${[
      ...table(
        ['', 'KiB', 'created/s', 'unchanged/s'],
        [...rows, ['ratio', '', cell(ratio('created'), 2), cell(ratio('unchanged'), 2)]],
      ),
      `${rowCount} rows, ${values.rounds} rounds; the target of the ratio is ${target}.`,
    ].join('\n')}\n`,
  );
  if (Math.min(ratio('created'), ratio('unchanged')) < target) process.exitCode = 1;
});
