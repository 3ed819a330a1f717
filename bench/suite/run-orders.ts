import { seededDatabase } from '../environment/databases.js';
import { cell, section, table } from '../environment/markdown.js';
import type { Fixtures } from './fixtures.js';
import { measure, medianOf, totalUs, type ScaleOptions } from './run-scale.js';
import type { SuiteCase } from './suite-cases.js';

/** The number of offers that are ordered does not matter for the lists. */
const offers = 10_000;
/** The maximum increase in cost allowed between the smallest and the largest number of orders. */
const maxGrowth = 1.3;

const list = (name: string, side: 'reseller' | 'provider', paths: readonly string[]): SuiteCase => ({
  name,
  expectedStatus: 200,
  subjects: ['service'],
  targets: {},
  requests: ({ orders }: Fixtures) =>
    paths.map((path) => ({ method: 'GET', path, headers: { 'x-api-key': orders?.[side].key ?? '' } })),
});
const page = 'limit=20';
const statuses = ['active', 'scheduled', 'rejected', 'submitted_to_provider'];
const byStatus = (path: string) => statuses.map((status) => `${path}?${page}&status=${status}`);

const cases: readonly SuiteCase[] = [
  list('page of 20 orders', 'reseller', [`/reseller/orders?${page}`]),
  list('page of 20 orders by status', 'reseller', byStatus('/reseller/orders')),
  list('page of 20 order items', 'provider', [`/provider/orders?${page}`]),
  list('page of 20 order items by status', 'provider', byStatus('/provider/orders')),
  list('page of 20 overdue order items', 'provider', [`/provider/orders?${page}&overdue=true`]),
];

/** Measures how the cost of the lists of both sides grows with the number of orders. */
export async function runOrders(
  clusterUrl: string,
  options: ScaleOptions,
  machine: string[],
): Promise<string> {
  const { sizes, rounds, seconds, connections } = options;
  const urls: string[] = [];
  for (const size of sizes) urls.push((await seededDatabase(clusterUrl, offers, size)).url);
  const variants = urls.map((url, index) => ({ label: String(sizes[index]), url, connections, pin: true }));
  const selected = cases.filter(({ name }) => options.only.test(name));
  const measured = await measure(variants, options, selected);
  const rows = [...measured].map(([name, slices]) => {
    const growth = medianOf(slices.at(-1), totalUs) / medianOf(slices[0], totalUs);
    const costs = slices.flatMap((bySize) => [
      cell(medianOf(bySize, totalUs), 0),
      cell(medianOf(bySize, ({ p50 }) => p50)),
    ]);
    return [name, ...costs, growth > maxGrowth ? `**${cell(growth)}**` : cell(growth)];
  });
  const heads = sizes.flatMap((size) => [`${size.toLocaleString('en')}: CPU µs`, 'p50 ms']);
  return [
    '# Lists of orders',
    '',
    `The lists of the reseller and of the provider with the most orders; ${connections} connections, ${rounds} rounds of ${seconds} s, medians.`,
    'Written by `npm run bench -- --orders 10000,1000000`.',
    '',
    ...machine,
    '',
    ...section('Number of orders', [
      '"CPU" is server and Postgres together; growth is the largest number of orders divided by the smallest, at most',
      `${maxGrowth}.`,
      '',
      ...table(['Request', ...heads, 'growth of CPU'], rows),
    ]),
  ].join('\n');
}
