import { cell, section, table } from '../environment/markdown.js';
import type { Row } from './measure.js';

/** The rows of one checkout, in the order of the attacks. */
export interface SiteResult {
  name: string;
  rows: Row[];
}

const counts = (tally: Record<string, number>) =>
  Object.entries(tally)
    .map(([how, count]) => `${count} × ${how}`)
    .join(', ') || 'none';

/** The figures that are measured for every attack. */
const figures: Record<string, (row: Row) => string> = {
  'peak memory, MiB': ({ peakMib }) => cell(peakMib, 0),
  'innocent team: p50, ms': ({ innocent }) => cell(innocent.p50),
  'innocent team: p99, ms': ({ innocent }) => cell(innocent.p99),
  'innocent team: slowest answer, ms': ({ innocent }) => cell(innocent.slowest, 0),
  'innocent team: answers with 503': ({ innocent }) => cell(innocent.unavailable),
  'innocent team: failures': ({ innocent }) => counts(innocent.failures),
  'slowest liveness check, ms': ({ innocent }) => cell(innocent.slowestLive, 0),
  'Postgres CPU, s': ({ postgresCpu }) => cell(postgresCpu),
  'service CPU, s': ({ serviceCpu }) => cell(serviceCpu),
  'duration, s': ({ seconds }) => cell(seconds),
  'requests of the attacker': ({ endings }) => counts(endings),
  'service alive afterwards': ({ isAlive }) => (isAlive ? 'yes' : 'no'),
  'database connections still busy after 5 s': ({ busyConnections }) => cell(busyConnections),
};

/** The figures of the summary, which has one row for each attack. */
const summaryFigures: Record<string, (row: Row) => string> = {
  'peak MiB': ({ peakMib }) => cell(peakMib, 0),
  'slowest ms': ({ innocent }) => cell(innocent.slowest, 0),
  failures: ({ innocent }) =>
    cell(innocent.unavailable + Object.values(innocent.failures).reduce((sum, count) => sum + count, 0)),
  'Postgres CPU s': ({ postgresCpu }) => cell(postgresCpu),
  alive: ({ isAlive }) => (isAlive ? 'yes' : 'no'),
};

function summary(results: readonly SiteResult[]): string[] {
  const heads = Object.keys(summaryFigures).flatMap((head) =>
    results.map(({ name }) => (results.length > 1 ? `${head} ${name}` : head)),
  );
  const rows = (results[0]?.rows ?? []).map(({ group, name }, index) => [
    `${group}: ${name}`,
    ...Object.values(summaryFigures).flatMap((figure) =>
      results.map(({ rows }) => (rows[index] ? figure(rows[index]) : '-')),
    ),
  ]);
  return table(['Attack', ...heads], rows);
}

function details(results: readonly SiteResult[], index: number): string[] {
  const [first] = results.flatMap(({ rows }) => rows[index] ?? []);
  const lines = (of: (row: Row) => string) =>
    results.map(({ rows }) => (rows[index] ? of(rows[index]) : '-'));
  const facts = new Set(results.flatMap(({ rows }) => Object.keys(rows[index]?.facts ?? {})));
  return section(
    `${first?.group}: ${first?.name}`,
    table(
      ['', ...results.map(({ name }) => name)],
      [
        ...[...facts].map((fact) => [fact, ...lines((row) => cell(row.facts[fact]))]),
        ...Object.entries(figures).map(([name, figure]) => [name, ...lines(figure)]),
      ],
    ),
  );
}

/** Builds the text of the results; with two checkouts, every figure has a column for each. */
export function hostileReport(
  results: readonly SiteResult[],
  { offers, machine }: { offers: number; machine: string[] },
): string {
  return [
    '# The service under attack',
    '',
    `A catalog of ${offers.toLocaleString('en')} offers. During each attack, an innocent team asks for a catalog page, an offer and the`,
    'liveness check in turn, one every 50 ms; times, 503 answers and failures in the summary are its own. The limits on',
    'the number of requests are off; everything else has its default. Written by `npm run bench:hostile`.',
    '',
    ...machine,
    '',
    ...summary(results),
    '',
    ...(results[0]?.rows ?? []).flatMap((_, index) => details(results, index)),
  ].join('\n');
}
