import { median, section, shown, table, type About } from './about.js';
import { loadSubject, type Slice } from './measure.js';
import { say, seededDatabase, withClient } from './site.js';
import { place, startSubject, type Place } from './suite-run.js';
import type { Ask } from './load.js';
import type { Subject } from './subject.js';
import { suite, type SuiteCase } from './suite.js';
import { clearWorld, makeWorld, type World } from './world.js';

export interface ScaleOptions {
  sizes: number[];
  rounds: number;
  seconds: number;
  connections: number;
  only: RegExp;
  pin: boolean;
}

/** One way in which the service is run: a column or a row of a table. */
interface Variant {
  label: string;
  url: string;
  connections: number;
  env?: Record<string, string>;
  pinned: boolean;
}

/** A page may cost this much more over the largest catalog than over the smallest. */
const allowedGrowth = 1.5;
const fewCases = /^offer by id as a reseller$|^catalog page of 20$|^create an offer$/;
const usedUs = ({ serverUs, postgresUs }: Slice) => serverUs + postgresUs;

interface Site {
  variant: Variant;
  service: Subject;
  world: World;
  where: Place;
  clear(sql: string): Promise<void>;
}

type Measured = Map<string, Slice[][]>;

/** Loads every variant in turn with each case. @returns slices by case, then by variant */
async function measure(
  variants: Variant[],
  options: ScaleOptions,
  cases: readonly SuiteCase[],
): Promise<Measured> {
  const measured: Measured = new Map();
  const run = async (rest: Variant[], sites: Site[]): Promise<void> => {
    const [variant, ...others] = rest;
    if (!variant) return measureSites(sites, options, cases, measured);
    await withClient(variant.url, async (client) => {
      const alike = sites.find((site) => site.variant.url === variant.url);
      const world = alike?.world ?? (await makeWorld(client));
      const where = await place(client, options.pin && variant.pinned);
      let service: Subject | undefined;
      try {
        service = await startSubject('service', variant.url, world, where.serverCpu, variant.env);
        const clear = async (sql: string) => {
          await client.query(sql);
          await client.query('VACUUM (ANALYZE)');
        };
        await run(others, [...sites, { variant, service, world, where, clear }]);
      } finally {
        await service?.stop();
        if (!alike) await clearWorld(client);
        where.release();
      }
    });
  };
  await run(variants, []);
  return measured;
}

async function measureSites(
  sites: Site[],
  options: ScaleOptions,
  cases: readonly SuiteCase[],
  measured: Measured,
): Promise<void> {
  for (const each of cases) {
    const asks: Ask[][] = [];
    for (const { world, service } of sites) asks.push(await each.asks(world, service));
    const slices: Slice[][] = sites.map(() => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const [index, { service, where, variant, clear }] of sites.entries()) {
        const { otherCpu: cpu, postmaster } = where;
        const load = { expected: each.expected, seconds: options.seconds, connections: variant.connections };
        slices[index]?.push(await loadSubject(service, asks[index] ?? [], { ...load, cpu, postmaster }));
        if (each.clear) await clear(each.clear);
      }
    measured.set(each.name, slices);
    say(each.name);
  }
}

const of = (slices: Slice[] | undefined, measureOf: (slice: Slice) => number) =>
  median((slices ?? []).map(measureOf));

/** How the cost of each case grows with the catalog. */
async function bySize(urls: string[], options: ScaleOptions, cases: readonly SuiteCase[]): Promise<string[]> {
  const { sizes, connections } = options;
  const variants = urls.map((url, index) => ({
    label: String(sizes[index]),
    url,
    connections,
    pinned: true,
  }));
  const measured = await measure(variants, options, cases);
  const heads = sizes.flatMap((size) => [`${size.toLocaleString('en')}: CPU µs`, 'p50 ms']);
  const rows = [...measured].map(([name, slices]) => {
    const growths = [usedUs, ({ p50 }: Slice) => p50].map((measureOf) => {
      const growth = of(slices.at(-1), measureOf) / of(slices[0], measureOf);
      return name.includes('page') && growth > allowedGrowth ? `**${shown(growth)}**` : shown(growth);
    });
    const cells = slices.flatMap((each) => [shown(of(each, usedUs), 0), shown(of(each, ({ p50 }) => p50))]);
    return [name, ...cells, ...growths];
  });
  return [
    `The service alone. "CPU" is that of the server and of Postgres together; growth is from the smallest to the`,
    `largest catalog, for pages at most ${allowedGrowth}.`,
    '',
    ...table(['Request', ...heads, 'growth of CPU', 'of p50'], rows),
  ];
}

/** The same cases with the service run in several ways; a row for each. */
async function byVariant(variants: Variant[], options: ScaleOptions): Promise<string[]> {
  const cases = suite.filter(({ name }) => fewCases.test(name) && options.only.test(name));
  const measured = await measure(variants, options, cases);
  const rows = [...measured].flatMap(([name, slices]) =>
    slices.map((each, index) => [
      index === 0 ? name : '',
      variants[index]?.label ?? '',
      shown(
        of(each, ({ rate }) => rate),
        0,
      ),
      shown(of(each, ({ p50 }) => p50)),
      shown(of(each, ({ p99 }) => p99)),
      shown(
        of(each, ({ serverUs }) => serverUs),
        0,
      ),
      shown(
        of(each, ({ postgresUs }) => postgresUs),
        0,
      ),
      shown(each.reduce((sum, { errors }) => sum + errors, 0)),
    ]),
  );
  const numbers = ['requests/s', 'p50 ms', 'p99 ms', 'server CPU µs', 'Postgres CPU µs', 'errors'];
  return table(['Request', '', ...numbers], rows);
}

export async function runScale(clusterUrl: string, options: ScaleOptions, about: About): Promise<string> {
  const { sizes, connections, rounds, seconds, pin } = options;
  const urls: string[] = [];
  for (const size of sizes) urls.push((await seededDatabase(clusterUrl, size)).url);
  const url = urls.at(Math.min(1, urls.length - 1)) ?? '';
  const cases = suite.filter(({ name }) => options.only.test(name));
  const sized = await bySize(urls, options, cases);
  const vary = (name: string, values: number[], pinned: boolean) =>
    byVariant(
      values.map((value) => ({ label: `${value}`, url, connections, env: { [name]: `${value}` }, pinned })),
      options,
    );
  const workers = await vary('WORKERS', [1, 2], false);
  const pools = await vary('DATABASE_POOL_SIZE', [2, 5, 10, 20, 40], true);
  const crowds = [8, 32, 128, 512].map((count) => ({
    label: `${count}`,
    url,
    connections: count,
    pinned: true,
  }));
  const crowded = await byVariant(crowds, options);
  const over = `Over ${sizes.at(Math.min(1, sizes.length - 1))?.toLocaleString('en')} offers`;
  const told = pin
    ? 'The service on CPU 0, load and Postgres on CPU 1, but for WORKERS'
    : 'Nothing was pinned';
  return [
    '# How the service scales',
    '',
    `${connections} connections unless told otherwise, ${rounds} rounds of ${seconds} s, medians. Made by \`npm run bench -- --scale\`.`,
    '',
    ...about.lines,
    `- ${told}`,
    '',
    ...section('The size of the catalog', sized),
    ...section('Workers (WORKERS)', [`${over}, on all processors.`, '', ...workers]),
    ...section('Connections to Postgres (DATABASE_POOL_SIZE)', [`${over}.`, '', ...pools]),
    ...section('Connections of clients', [`${over}.`, '', ...crowded]),
  ].join('\n');
}
