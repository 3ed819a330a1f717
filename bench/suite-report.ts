import { median, section, shown, table, type About } from './about.js';
import { bulkSection } from './bulk.js';
import type { Slice } from './measure.js';
import type { SubjectName } from './subject.js';
import type { CaseResult, SuiteResults } from './suite-run.js';
import type { Targets } from './suite.js';

interface Options extends About {
  size: number;
  rounds: number;
  seconds: number;
  connections: number;
}

const called: Record<SubjectName, string> = {
  service: 'Offerdock',
  bare: 'bare Fastify and pg',
  usual: 'the usual way',
  pgbench: 'pgbench',
};

type Measure = (slice: Slice) => number;
const total = ({ serverUs, postgresUs }: Slice) => serverUs + postgresUs;
const of = (result: CaseResult, name: SubjectName, measure: Measure) =>
  median((result.slices.get(name) ?? []).map(measure));

/** The median of the ratios of each round, whose slices followed each other. */
const ratio = (result: CaseResult, other: SubjectName, measure: Measure) =>
  ratioTo(result, result.slices.get(other) ?? [], measure);

function ratioTo(result: CaseResult, others: readonly Slice[], measure: Measure): number {
  const pairs = (result.slices.get('service') ?? []).map((slice, round) => [slice, others[round]] as const);
  return median(pairs.map(([slice, against]) => (against ? measure(slice) / measure(against) : NaN)));
}

const rowsOf = (result: CaseResult): string[][] =>
  [...result.slices.keys()].map((name, index) => [
    index === 0 ? result.case.name : '',
    called[name],
    shown(
      of(result, name, ({ rate }) => rate),
      0,
    ),
    ...[({ p50 }: Slice) => p50, ({ p99 }: Slice) => p99].map((measure) => shown(of(result, name, measure))),
    ...[({ serverUs }: Slice) => serverUs, ({ postgresUs }: Slice) => postgresUs].map((measure) =>
      shown(of(result, name, measure), 0),
    ),
  ]);

/** A ratio with its target; bold when it is missed. */
function judged(
  value: number,
  target: number | undefined,
  sign: '≤' | '≥',
  text: (n: number) => string,
): string {
  if (Number.isNaN(value)) return '-';
  if (target === undefined) return text(value);
  const missed = sign === '≤' ? value > target : value < target;
  const mark = missed ? '**' : '';
  return `${mark}${text(value)}${mark} (${sign} ${text(target)})`;
}

const times = (value: number) => `${shown(value)}`;
const percent = (value: number) => `${shown(value * 100, 0)} %`;

function ratiosOf(result: CaseResult): string[] {
  const targets: Targets = result.case.targets;
  return [
    result.case.name,
    judged(
      ratio(result, 'bare', ({ serverUs }) => serverUs),
      targets.server,
      '≤',
      times,
    ),
    judged(
      ratio(result, 'bare', ({ postgresUs }) => postgresUs),
      targets.postgres,
      '≤',
      times,
    ),
    judged(
      ratio(result, 'pgbench', ({ rate }) => rate),
      targets.pgbench,
      '≥',
      percent,
    ),
    judged(
      ratio(result, 'usual', ({ rate }) => rate),
      targets.usual,
      '≥',
      times,
    ),
  ];
}

/** A third of the full answer, in processor time of server and Postgres together. */
const mostOfUnchanged = 1 / 3;

function unchangedRows(results: readonly CaseResult[]): string[][] {
  const server = ({ serverUs }: Slice) => serverUs;
  const postgres = ({ postgresUs }: Slice) => postgresUs;
  return results
    .filter(({ full }) => full.length > 0)
    .map((result) => {
      const share = (measure: Measure) => ratioTo(result, result.full, measure);
      const all = judged(share(total), mostOfUnchanged, '≤', percent);
      return [result.case.saves ?? '', all, percent(share(server)), percent(share(postgres))];
    });
}

export function suiteReport(results: SuiteResults, about: Options): string {
  const { cases, bulk, processes, pinned, notes } = results;
  const { size, rounds, seconds, connections, lines } = about;
  const unchanged = unchangedRows(cases);
  return [
    '# How close the service is to the limit of the machine',
    '',
    `${size.toLocaleString('en')} offers, ${connections} connections that ask again as soon as they are answered. Rounds: ${rounds}; in`,
    `each of them all subjects are loaded for ${seconds} s in turn, after a second that does not count. Medians over the rounds.`,
    'README.md tells who the subjects are. Made by `npm run bench`.',
    '',
    ...lines,
    `- ${pinned}`,
    ...notes.map((note) => `- ${note}`),
    '',
    ...section(
      'Requests',
      table(
        ['Request', 'subject', 'requests/s', 'p50 ms', 'p99 ms', 'server CPU µs', 'Postgres CPU µs'],
        cases.flatMap(rowsOf),
      ),
    ),
    ...section('Ratios', [
      'Of the service, by rounds; in parentheses the target, bold where it is missed.',
      '',
      ...table(
        [
          'Request',
          'server CPU / bare',
          'Postgres CPU / bare',
          'requests/s of pgbench',
          'requests/s / usual',
        ],
        cases.filter(({ slices }) => slices.size > 1).map(ratiosOf),
      ),
    ]),
    ...(unchanged.length > 0
      ? section(
          'Unchanged (304), cost against the full answer',
          table(['Request', 'CPU', 'server', 'Postgres'], unchanged),
        )
      : []),
    ...(bulk.length > 0 ? bulkSection(bulk) : []),
    ...section(
      'Memory and start',
      table(
        ['Subject', 'MiB at start', 'MiB after the load', 'MiB at most', 'spawn to first 200, ms'],
        processes.map(({ name, idle, after, peak, startMs }) => [
          called[name],
          shown(idle, 0),
          shown(after, 0),
          name === 'service' ? judged(peak, 180, '≤', (n) => shown(n, 0)) : shown(peak, 0),
          name === 'service' ? judged(startMs, 2000, '≤', (n) => shown(n, 0)) : shown(startMs, 0),
        ]),
      ),
    ),
  ].join('\n');
}
