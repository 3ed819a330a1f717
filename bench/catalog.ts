import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { insertKey } from '../seed/team-rows.js';
import { casesOf, factsOf, type Case, type Facts } from './cases.js';
import { report, type Row } from './report.js';
import { Server } from './server.js';
import { say, seededDatabase, withClient, withCluster } from './site.js';
import { throwIfStopped } from './stop.js';

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

/** A catalog of one size with the service over it. */
interface Site {
  size: number;
  offersPerSecond: number;
  facts: Facts;
  cases: Map<string, Case>;
  keys: { busy: string; alone: string };
  server: Server;
}

/** Starts the service over a database of the size. */
async function open(clusterUrl: string, size: number): Promise<Site> {
  const { url, offersPerSecond } = await seededDatabase(clusterUrl, size);
  return withClient(url, async (client) => {
    const facts = await factsOf(client);
    const keys = {
      busy: await insertKey(client, facts.busy),
      alone: await insertKey(client, facts.alone),
    };
    const cases = new Map(casesOf(facts).map((each) => [each.name, each]));
    return { size, offersPerSecond, facts, cases, keys, server: await Server.start(url) };
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
      throwIfStopped();
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

await withCluster(run);
