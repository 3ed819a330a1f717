import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startEmbedded } from '../src/database/embedded.js';
import { migrate } from '../src/database/migrate.js';
import { insertKey } from '../src/seed/team-rows.js';
import { casesOf, factsOf, type Case, type Facts } from './cases.js';
import { report, type Row } from './report.js';
import { runSeed, Server } from './server.js';

const { values } = parseArgs({
  options: {
    offers: { type: 'string', default: '10000,100000,1000000' },
    rounds: { type: 'string', default: '100' },
    only: { type: 'string', default: '.' },
    out: { type: 'string', default: 'bench/RESULTS-catalog.md' },
  },
});
const sizes = values.offers.split(',').map(Number);
const rounds = Number(values.rounds);
const say = (text: string) => void process.stderr.write(`${text}\n`);
const log = { info: () => undefined, warn: say, error: say };

/** A catalog of one size with the service over it. */
interface Site {
  size: number;
  offersPerSecond: number;
  facts: Facts;
  cases: Map<string, Case>;
  keys: { busy: string; alone: string };
  server: Server;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Seeds a database of its own, unless it is there from another run. */
async function open(clusterUrl: string, size: number): Promise<Site> {
  const name = `offerdock_bench_${size}`;
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  const known = await withClient(clusterUrl, (client) =>
    client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]),
  );
  if (!known.rowCount) await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  await migrate(url.href, log);
  const offersPerSecond = known.rowCount ? NaN : await runSeed(url.href, size);
  return withClient(url.href, async (client) => {
    // What autovacuum would do some minutes later, in the middle of the measuring.
    await client.query('VACUUM (ANALYZE)');
    const facts = await factsOf(client);
    const keys = {
      busy: await insertKey(client, facts.busy),
      alone: await insertKey(client, facts.alone),
    };
    const cases = new Map(casesOf(facts).map((each) => [each.name, each]));
    return { size, offersPerSecond, facts, cases, keys, server: await Server.start(url.href) };
  });
}

/** The path of a case, deep pages included. */
async function pathOf({ server, keys }: Site, each: Case): Promise<string> {
  const key = keys[each.reseller ?? 'busy'];
  let path = `/reseller/catalog${each.offerId ? `/${each.offerId}` : `?${new URLSearchParams(each.query)}`}`;
  for (let page = 0; page < (each.skip ?? 0); page += 1) path = (await server.get(path, key)).link ?? path;
  return path;
}

/** How many offers an answer holds. */
function offersIn(body: string): number {
  const read: unknown = JSON.parse(body);
  return Array.isArray(read) ? read.length : 1;
}

/** Asks all sizes in turn, so that what else the machine does meets all of them alike. */
async function measure(sites: readonly Site[], name: string): Promise<Row> {
  const asked = await Promise.all(
    sites.map(async (site) => {
      const each = site.cases.get(name);
      if (!each) throw new Error(`No case ${name}`);
      return {
        site,
        path: await pathOf(site, each),
        key: site.keys[each.reseller ?? 'busy'],
        times: [] as number[],
        offers: 0,
      };
    }),
  );
  for (let round = -3; round < rounds; round += 1)
    for (const one of asked) {
      const { ms, body } = await one.site.server.get(one.path, one.key);
      if (round >= 0) one.times.push(ms);
      else one.offers = offersIn(body);
    }
  return {
    name,
    search: sites[0]?.cases.get(name)?.search === true,
    times: asked.map(({ times }) => times),
    offers: asked.map(({ offers }) => offers),
  };
}

async function run(clusterUrl: string): Promise<void> {
  const sites: Site[] = [];
  try {
    for (const size of sizes) sites.push(await open(clusterUrl, size));
    const atStart = sites.map(({ server }) => server.memoryMib());
    const names = [...(sites[0]?.cases.keys() ?? [])].filter((name) => new RegExp(values.only).test(name));
    const rows: Row[] = [];
    for (const [index, name] of names.entries()) {
      rows.push(await measure(sites, name));
      say(`${index + 1}/${names.length} ${name}`);
    }
    const about = sites.map(({ size, offersPerSecond, server }, index) => ({
      size,
      offersPerSecond,
      memoryMib: [atStart[index] ?? NaN, server.memoryMib()] as const,
    }));
    const version = await withClient(clusterUrl, (client) =>
      client.query<{ v: string }>('SELECT version() AS v'),
    );
    const text = report(rows, about, { rounds, postgres: version.rows[0]?.v ?? '' });
    process.stdout.write(text);
    await writeFile(values.out, text);
  } finally {
    for (const { server } of sites) await server.stop();
  }
}

const given = process.env.BENCH_DATABASE_URL;
if (given) await run(given);
else {
  const dataDir = await mkdtemp(join(tmpdir(), 'offerdock-bench-'));
  // A catalog of a million offers takes 2 GB; a database for it would be given as much memory.
  const database = await startEmbedded({ dataDir, log, extraFlags: ['-c', 'shared_buffers=1GB'] });
  try {
    await run(database.url);
  } finally {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
