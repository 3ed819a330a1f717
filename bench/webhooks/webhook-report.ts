import { cell, median, section, table } from '../environment/markdown.js';
import type { IsolationResult, IsolationRound } from './isolation.js';
import type { SaturationResult, SaturationRound } from './saturation.js';
import type { WriteCost } from './write-cost.js';

/** The targets: the largest ratio of p99, the smallest ratio of rates, and the largest ratio of CPU time. */
export const targets = { isolation: 1.2, saturation: 0.5, writes: 1.15 } as const;

export interface WebhookResults {
  isolation?: IsolationResult;
  saturation: SaturationResult[];
  writes: WriteCost[];
}

/** Returns the medians of the rounds, and the median of the ratios of neighbouring rounds. */
function compare<T>(rounds: readonly T[], base: readonly T[], value: (round: T) => number): number {
  return median(rounds.map((round, index) => value(round) / value(base[index] as T)));
}

export const isolationRatio = (result: IsolationResult): number =>
  compare(result.with, result.without, ({ p99 }) => p99);
export const saturationRatio = (result: SaturationResult): number =>
  compare(result.worker, result.bare, ({ rate }) => rate);

const ratio = (value: number, isMet: boolean) => (isMet ? cell(value, 2) : `**${cell(value, 2)}**`);

function isolationSection(result: IsolationResult): string[] {
  const figures: [string, (round: IsolationRound) => number][] = [
    ['p50, ms', ({ p50 }) => p50],
    ['p99, ms', ({ p99 }) => p99],
    ['slowest, ms', ({ slowest }) => slowest],
    ['worker CPU, µs', ({ workerUs }) => workerUs],
    ['Postgres CPU, µs', ({ postgresUs }) => postgresUs],
  ];
  const rows = figures.map(([name, value]) => [
    name,
    cell(median(result.without.map(value))),
    cell(median(result.with.map(value))),
    name === 'p99, ms'
      ? ratio(isolationRatio(result), isolationRatio(result) <= targets.isolation)
      : cell(compare(result.with, result.without, value), 2),
  ]);
  const all = [...result.without, ...result.with];
  const sum = (value: (round: IsolationRound) => number) =>
    all.reduce((total, each) => total + value(each), 0);
  return section('Healthy endpoints beside broken ones', [
    `${result.eventsPerSecond} events per second to ${result.healthy} healthy endpoints, without and with ${result.broken} broken ones, of`,
    'which a half refuse connections and a half answer after 30 s. Times are from the commit of an event to its receipt, CPU is',
    'per delivery to a healthy endpoint. Medians of the rounds, and of the ratios of neighbouring rounds; the target of the',
    `ratio of p99 is at most ${targets.isolation}.`,
    '',
    ...table(['', 'without', 'with', 'ratio'], rows),
    '',
    `Of ${sum(({ expected }) => expected)} deliveries, ${sum(({ missing }) => missing)} are missing and ${sum(({ repeated }) => repeated)} were repeated.`,
  ]);
}

function saturationSection(results: readonly SaturationResult[]): string[] {
  const of = (rounds: readonly SaturationRound[], value: (round: SaturationRound) => number) =>
    cell(median(rounds.map(value)));
  const rows = results.flatMap((result) => {
    const name = `${result.endpoints} ${result.endpoints === 1 ? 'endpoint' : 'endpoints'}`;
    const row = (label: string, rounds: readonly SaturationRound[], last: string) => [
      `${name}, ${label}`,
      of(rounds, ({ rate }) => rate),
      last,
      of(rounds, ({ p50 }) => p50),
      of(rounds, ({ p99 }) => p99),
      of(rounds, ({ senderUs }) => senderUs),
      of(rounds, ({ postgresUs }) => postgresUs),
    ];
    const share = saturationRatio(result);
    return [
      row('undici only', result.bare, ''),
      row('worker', result.worker, ratio(share, share >= targets.saturation)),
    ];
  });
  const routing = results.map((result) => [
    `${result.endpoints} ${result.endpoints === 1 ? 'endpoint' : 'endpoints'}`,
    of(result.worker, ({ routedRate }) => routedRate),
    of(result.worker, ({ routingUs }) => routingUs),
    of(result.worker, ({ routingPostgresUs }) => routingPostgresUs),
  ]);
  const [first] = results;
  return section('A backlog', [
    `A backlog of ${first?.deliveries.toLocaleString('en')} deliveries, delivered by a worker and by a loop with undici and without a database, in turn.`,
    'Times are durations of requests, CPU is in µs per delivery. Medians of the rounds, and of the ratios of neighbouring',
    `rounds; the target of the ratio of the rates is at least ${targets.saturation}.`,
    '',
    ...table(['', 'deliveries/s', 'ratio', 'p50, ms', 'p99, ms', 'sender CPU, µs', 'Postgres CPU, µs'], rows),
    '',
    'Before, the worker has turned the events into deliveries:',
    '',
    ...table(['', 'events/s', 'worker CPU, µs', 'Postgres CPU, µs'], routing),
  ]);
}

function writesSection(writes: readonly WriteCost[]): string[] {
  const rows = writes.map(({ name, before, after }) => {
    const total = (slice: { serverUs: number; postgresUs: number }) => slice.serverUs + slice.postgresUs;
    const share = compare(after, before, total);
    const mid = (slices: readonly (typeof after)[number][], key: 'serverUs' | 'postgresUs') =>
      cell(median(slices.map((slice) => slice[key])), 0);
    return [
      name,
      mid(before, 'serverUs'),
      mid(after, 'serverUs'),
      mid(before, 'postgresUs'),
      mid(after, 'postgresUs'),
      before.length > 0 ? ratio(share, share <= targets.writes) : '-',
    ];
  });
  return section('What events add to a write', [
    'CPU per request, in µs, of the service and of Postgres, before and after. Nothing is delivered meanwhile. The target of',
    `the ratio of the sums is at most ${targets.writes}.`,
    '',
    ...table(['', 'service: before', 'after', 'Postgres: before', 'after', 'ratio of sums'], rows),
  ]);
}

export function webhookReport(results: WebhookResults, machine: readonly string[]): string {
  return [
    '# Webhooks',
    '',
    'Written by `npm run bench:webhooks`.',
    '',
    ...machine,
    '',
    ...(results.isolation ? isolationSection(results.isolation) : []),
    ...(results.saturation.length > 0 ? saturationSection(results.saturation) : []),
    ...(results.writes.length > 0 ? writesSection(results.writes) : []),
  ].join('\n');
}
