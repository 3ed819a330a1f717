import { table } from '../environment/markdown.js';

export interface CatalogRow {
  name: string;
  isSearch: boolean;
  /** The duration of each request in milliseconds, by catalog. */
  times: number[][];
  /** The number of offers in the response, by catalog. */
  offers: number[];
}

/** A measured catalog. Memory is that of the service after its start and after all requests. */
export interface MeasuredCatalog {
  size: number;
  offersPerSecond: number;
  idleMib: number;
  afterMib: number;
}

const quantile = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
const count = (value: number) => (Number.isNaN(value) ? '-' : value.toLocaleString('en'));

/** The maximum ratio between the times of a request with the largest and with the smallest catalog. */
const maxGrowth = { page: 1.5, search: 3 };

/** Divides the median of the largest catalog by that of the smallest. Noise affects the median least. */
function growth({ times }: CatalogRow): number {
  return quantile(times.at(-1) ?? [], 0.5) / quantile(times[0] ?? [], 0.5);
}

/** Pages with different numbers of offers differ in cost whatever the size of the catalog. */
const isComparable = ({ offers }: CatalogRow) => offers.every((length) => length === offers[0]);

const escaped = (name: string) => name.replaceAll('|', '\\|');
const p50AndP99 = (times: readonly number[]) => [ms(quantile(times, 0.5)), ms(quantile(times, 0.99))];

function growthTable(rows: readonly CatalogRow[], catalogs: readonly MeasuredCatalog[]): string[] {
  const heads = catalogs.flatMap(({ size }) => [`${count(size)}: p50`, 'p99']);
  const cells = rows.map((row) => {
    const ratio = growth(row);
    const mark = ratio > (row.isSearch ? maxGrowth.search : maxGrowth.page) ? '**' : '';
    const times = row.times.flatMap(p50AndP99);
    return [escaped(row.name), String(row.offers[0]), ...times, `${mark}${ratio.toFixed(2)}${mark}`];
  });
  return table(['Request', 'offers', ...heads, 'growth'], cells);
}

function timesTable(rows: readonly CatalogRow[], catalogs: readonly MeasuredCatalog[]): string[] {
  const heads = catalogs.flatMap(({ size }) => [`${count(size)}: offers`, 'p50', 'p99']);
  const cells = rows.map(({ name, times, offers }) => [
    escaped(name),
    ...times.flatMap((ofCatalog, index) => [String(offers[index]), ...p50AndP99(ofCatalog)]),
  ]);
  return table(['Request', ...heads], cells);
}

function summary(rows: readonly CatalogRow[], limit: number): string {
  const ratios = rows.map(growth).toSorted((a, b) => a - b);
  const within = ratios.filter((ratio) => ratio <= limit).length;
  return `${within} of ${rows.length} requests grow by at most ${limit}; median ${quantile(ratios, 0.5).toFixed(2)}, maximum ${ms(ratios.at(-1) ?? NaN)}.`;
}

export function catalogReport(
  rows: readonly CatalogRow[],
  catalogs: readonly MeasuredCatalog[],
  { rounds, machine }: { rounds: number; machine: string[] },
): string {
  const comparable = rows.filter(isComparable);
  const pages = comparable.filter(({ isSearch }) => !isSearch);
  const searches = comparable.filter(({ isSearch }) => isSearch);
  return [
    '# Catalog requests by catalog size',
    '',
    `Milliseconds per HTTP request, one request at a time, ${rounds} of each kind, catalogs in turn. "growth" is p50 with the`,
    'largest catalog divided by p50 with the smallest; a value above the target is bold. Written by `npm run bench:catalog`.',
    '',
    ...machine,
    '',
    ...table(
      ['Offers', 'seeded, offers/s', 'MiB of the service at start', 'MiB at the end'],
      catalogs.map(({ size, offersPerSecond, idleMib, afterMib }) =>
        [size, offersPerSecond, idleMib, afterMib].map(count),
      ),
    ),
    '',
    `## Pages (target ${maxGrowth.page})`,
    '',
    summary(pages, maxGrowth.page),
    '',
    ...growthTable(pages, catalogs),
    '',
    `## Searches (target ${maxGrowth.search})`,
    '',
    summary(searches, maxGrowth.search),
    '',
    ...growthTable(searches, catalogs),
    '',
    '## Pages of different lengths',
    '',
    'The smaller catalogs do not have enough matches to fill a page, so these times cannot be compared.',
    '',
    ...timesTable(
      rows.filter((row) => !isComparable(row)),
      catalogs,
    ),
    '',
  ].join('\n');
}
