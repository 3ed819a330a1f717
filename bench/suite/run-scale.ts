import { report, seededDatabase, withClient } from '../environment/databases.js';
import { cell, median, section, table } from '../environment/markdown.js';
import type { BenchRequest } from '../load/load-generator.js';
import { loadSubject, type Slice } from '../load/load-subject.js';
import type { Subject } from '../subjects/subject.js';
import { createFixtures, deleteFixtures, type Fixtures } from './fixtures.js';
import { pinProcesses, startSubject, type Pinning } from './run-suite.js';
import { suiteCases, type SuiteCase } from './suite-cases.js';

export interface ScaleOptions {
  sizes: number[];
  rounds: number;
  seconds: number;
  connections: number;
  only: RegExp;
  pin: boolean;
}

/** A configuration of the service. */
interface Variant {
  label: string;
  url: string;
  connections: number;
  env?: Record<string, string>;
  pin: boolean;
}

/** The maximum increase in page cost allowed between the smallest and the largest catalog. */
const maxGrowth = 1.5;
const variantCases = /^offer by id as a reseller$|^catalog page of 20$|^create an offer$/;

type Measure = (slice: Slice) => number;
export const totalUs: Measure = ({ serverUs, postgresUs }) => serverUs + postgresUs;
const p50: Measure = (slice) => slice.p50;

/** A running variant. */
interface Site {
  variant: Variant;
  service: Subject;
  fixtures: Fixtures;
  pinning: Pinning;
  clear(sql: string): Promise<void>;
}

/** Measurement slices, keyed by case and then by variant. */
type Measured = Map<string, Slice[][]>;

/** Starts all variants and loads them in turn with each case. */
export async function measure(
  variants: Variant[],
  options: ScaleOptions,
  cases: readonly SuiteCase[],
): Promise<Measured> {
  const measured: Measured = new Map();
  const startNext = async (remaining: Variant[], sites: Site[]): Promise<void> => {
    const [variant, ...others] = remaining;
    if (!variant) return measureSites(sites, options, cases, measured);
    await withClient(variant.url, async (client) => {
      const sameDatabase = sites.find((site) => site.variant.url === variant.url);
      const fixtures = sameDatabase?.fixtures ?? (await createFixtures(client));
      const pinning = await pinProcesses(client, options.pin && variant.pin);
      let service: Subject | undefined;
      try {
        service = await startSubject('service', variant.url, fixtures, pinning.serverCpu, variant.env);
        const clear = async (sql: string) => {
          await client.query(sql);
          await client.query('VACUUM (ANALYZE)');
        };
        await startNext(others, [...sites, { variant, service, fixtures, pinning, clear }]);
      } finally {
        await service?.stop();
        if (!sameDatabase) await deleteFixtures(client);
        pinning.release();
      }
    });
  };
  await startNext(variants, []);
  return measured;
}

async function measureSites(
  sites: Site[],
  options: ScaleOptions,
  cases: readonly SuiteCase[],
  measured: Measured,
): Promise<void> {
  for (const { name, expectedStatus, clearSql, requests: requestsOf } of cases) {
    const requests: BenchRequest[][] = [];
    for (const { fixtures, service } of sites) requests.push(await requestsOf(fixtures, service));
    const slices: Slice[][] = sites.map(() => []);
    for (let round = 0; round < options.rounds; round += 1)
      for (const [index, { service, pinning, variant, clear }] of sites.entries()) {
        const { otherCpu: cpu, postmaster } = pinning;
        const load = { expectedStatus, seconds: options.seconds, connections: variant.connections };
        slices[index]?.push(await loadSubject(service, requests[index] ?? [], { ...load, cpu, postmaster }));
        if (clearSql) await clear(clearSql);
      }
    measured.set(name, slices);
    report(name);
  }
}

export const medianOf = (slices: Slice[] | undefined, measureOf: Measure) =>
  median((slices ?? []).map(measureOf));

/** Measures how the cost of each case grows with the catalog. */
async function bySize(urls: string[], options: ScaleOptions, cases: readonly SuiteCase[]): Promise<string[]> {
  const { sizes, connections } = options;
  const variants = urls.map((url, index) => ({
    label: String(sizes[index]),
    url,
    connections,
    pin: true,
  }));
  const measured = await measure(variants, options, cases);
  const heads = sizes.flatMap((size) => [`${size.toLocaleString('en')}: CPU µs`, 'p50 ms']);
  const rows = [...measured].map(([name, slices]) => {
    const growths = [totalUs, p50].map((measureOf) => {
      const growth = medianOf(slices.at(-1), measureOf) / medianOf(slices[0], measureOf);
      return name.includes('page') && growth > maxGrowth ? `**${cell(growth)}**` : cell(growth);
    });
    const values = slices.flatMap((bySite) => [
      cell(medianOf(bySite, totalUs), 0),
      cell(medianOf(bySite, p50)),
    ]);
    return [name, ...values, ...growths];
  });
  return [
    'Offerdock alone. "CPU" is server and Postgres together; growth is the largest catalog divided by the smallest, for',
    `pages at most ${maxGrowth}.`,
    '',
    ...table(['Request', ...heads, 'growth of CPU', 'of p50'], rows),
  ];
}

/** Runs the same cases against several configurations of the service, one row per configuration. */
async function byVariant(variants: Variant[], options: ScaleOptions): Promise<string[]> {
  const cases = suiteCases.filter(({ name }) => variantCases.test(name) && options.only.test(name));
  const measured = await measure(variants, options, cases);
  const rows = [...measured].flatMap(([name, slices]) =>
    slices.map((ofVariant, index) => [
      index === 0 ? name : '',
      variants[index]?.label ?? '',
      cell(
        medianOf(ofVariant, ({ rate }) => rate),
        0,
      ),
      cell(medianOf(ofVariant, p50)),
      cell(medianOf(ofVariant, ({ p99 }) => p99)),
      cell(
        medianOf(ofVariant, ({ serverUs }) => serverUs),
        0,
      ),
      cell(
        medianOf(ofVariant, ({ postgresUs }) => postgresUs),
        0,
      ),
      cell(ofVariant.reduce((sum, { errors }) => sum + errors, 0)),
    ]),
  );
  const heads = ['requests/s', 'p50 ms', 'p99 ms', 'server CPU µs', 'Postgres CPU µs', 'errors'];
  return table(['Request', '', ...heads], rows);
}

export async function runScale(
  clusterUrl: string,
  options: ScaleOptions,
  machine: string[],
): Promise<string> {
  const { sizes, connections, rounds, seconds, pin } = options;
  const urls: string[] = [];
  for (const size of sizes) urls.push((await seededDatabase(clusterUrl, size)).url);
  const cases = suiteCases.filter(({ name }) => options.only.test(name));
  const sizeTable = await bySize(urls, options, cases);
  const middle = Math.min(1, urls.length - 1);
  const url = urls[middle] ?? '';
  const vary = (name: string, values: number[], pinVariant: boolean) =>
    byVariant(
      values.map((value) => ({
        label: `${value}`,
        url,
        connections,
        env: { [name]: `${value}` },
        pin: pinVariant,
      })),
      options,
    );
  const workers = await vary('WORKERS', [1, 2], false);
  const pools = await vary('DATABASE_POOL_SIZE', [2, 5, 10, 20, 40], true);
  const clients = await byVariant(
    [8, 32, 128, 512].map((count) => ({ label: `${count}`, url, connections: count, pin: true })),
    options,
  );
  const withOffers = `With ${sizes[middle]?.toLocaleString('en')} offers`;
  const pinning = pin
    ? 'The service ran on CPU 0, load and Postgres on CPU 1, except in the WORKERS table'
    : 'Nothing was pinned to a CPU';
  return [
    '# How Offerdock scales',
    '',
    `${connections} connections unless stated otherwise, ${rounds} rounds of ${seconds} s, medians. Written by \`npm run bench -- --scale\`.`,
    '',
    ...machine,
    `- ${pinning}`,
    '',
    ...section('Size of the catalog', sizeTable),
    ...section('Workers (WORKERS)', [`${withOffers}, on all CPUs.`, '', ...workers]),
    ...section('Connections to Postgres (DATABASE_POOL_SIZE)', [`${withOffers}.`, '', ...pools]),
    ...section('Client connections', [`${withOffers}.`, '', ...clients]),
  ].join('\n');
}
