import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { insertKey } from '../seed/team-rows.js';
import { casesOf, factsOf, type CatalogCase, type CatalogFacts } from './catalog/catalog-cases.js';
import { catalogReport, type CatalogRow } from './catalog/catalog-report.js';
import { CatalogServer } from './catalog/catalog-server.js';
import { report, seededDatabase, withClient, withCluster } from './environment/databases.js';
import { throwIfInterrupted } from './environment/interrupts.js';
import { describeMachine } from './environment/machine.js';

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
const warmUpRounds = 3;

/** A catalog of one size, and the service running on it. */
interface Site {
  size: number;
  offersPerSecond: number;
  facts: CatalogFacts;
  cases: Map<string, CatalogCase>;
  keys: { busy: string; alone: string };
  server: CatalogServer;
}

async function openSite(clusterUrl: string, size: number): Promise<Site> {
  const { url, offersPerSecond } = await seededDatabase(clusterUrl, size);
  return withClient(url, async (client) => {
    const facts = await factsOf(client);
    const keys = {
      busy: await insertKey(client, facts.busy),
      alone: await insertKey(client, facts.alone),
    };
    const cases = new Map(casesOf(facts).map((catalogCase) => [catalogCase.name, catalogCase]));
    return { size, offersPerSecond, facts, cases, keys, server: await CatalogServer.start(url) };
  });
}

/** Returns the path of a case; for a deep page, the path with its cursor. */
async function pathOf({ server, keys }: Site, { reseller, offerId, query, skip = 0 }: CatalogCase) {
  const key = keys[reseller ?? 'busy'];
  let path = `/reseller/catalog${offerId ? `/${offerId}` : `?${new URLSearchParams(query)}`}`;
  for (let page = 0; page < skip; page += 1) path = (await server.get(path, key)).next ?? path;
  return path;
}

function countOffers(body: string): number {
  const parsed: unknown = JSON.parse(body);
  return Array.isArray(parsed) ? parsed.length : 1;
}

/** Sends a case to all sizes in turn, so that other load on the machine affects all of them equally. */
async function measure(sites: readonly Site[], name: string): Promise<CatalogRow> {
  const targets = await Promise.all(
    sites.map(async (site) => {
      const catalogCase = site.cases.get(name);
      if (!catalogCase) throw new Error(`There is no case named ${name}`);
      return {
        site,
        path: await pathOf(site, catalogCase),
        key: site.keys[catalogCase.reseller ?? 'busy'],
        times: [] as number[],
        offers: 0,
      };
    }),
  );
  for (let round = -warmUpRounds; round < rounds; round += 1)
    for (const target of targets) {
      throwIfInterrupted();
      const { ms, body } = await target.site.server.get(target.path, target.key);
      if (round >= 0) target.times.push(ms);
      else target.offers = countOffers(body);
    }
  return {
    name,
    isSearch: sites[0]?.cases.get(name)?.isSearch === true,
    times: targets.map(({ times }) => times),
    offers: targets.map(({ offers }) => offers),
  };
}

async function run(clusterUrl: string): Promise<void> {
  const sites: Site[] = [];
  try {
    for (const size of sizes) sites.push(await openSite(clusterUrl, size));
    const idleMib = sites.map(({ server }) => server.memoryMib());
    const only = new RegExp(values.only);
    const names = [...(sites[0]?.cases.keys() ?? [])].filter((name) => only.test(name));
    const rows: CatalogRow[] = [];
    for (const [index, name] of names.entries()) {
      rows.push(await measure(sites, name));
      report(`${index + 1}/${names.length} ${name}`);
    }
    const catalogs = sites.map(({ size, offersPerSecond, server }, index) => ({
      size,
      offersPerSecond,
      idleMib: idleMib[index] ?? NaN,
      afterMib: server.memoryMib(),
    }));
    const text = catalogReport(rows, catalogs, { rounds, machine: await describeMachine(clusterUrl) });
    process.stdout.write(text);
    await writeFile(values.out, text);
  } finally {
    for (const { server } of sites) await server.stop();
  }
}

await withCluster(run);
