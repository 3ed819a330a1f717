import { cell, median, section, table } from '../environment/markdown.js';
import type { Slice } from '../load/load-subject.js';
import type { SubjectName } from '../subjects/subject.js';
import { bulkSection } from './run-bulk.js';
import { floorSection } from './run-floor.js';
import type { CaseResult, ProcessResult, SuiteResults } from './run-suite.js';

interface ReportOptions {
  machine: string[];
  size: number;
  rounds: number;
  seconds: number;
  connections: number;
}

const titles: Record<SubjectName, string> = {
  service: 'Offerdock',
  bare: 'bare Fastify + pg',
  nest: 'Nest + TypeORM',
  pgbench: 'pgbench',
};

type Measure = (slice: Slice) => number;
const rate: Measure = (slice) => slice.rate;
const serverUs: Measure = (slice) => slice.serverUs;
const postgresUs: Measure = (slice) => slice.postgresUs;
const totalUs: Measure = (slice) => slice.serverUs + slice.postgresUs;

const medianOf = (result: CaseResult, name: SubjectName, measure: Measure) =>
  median((result.slices.get(name) ?? []).map(measure));

/** Returns the median of the ratios per round, because the slices of a round ran immediately after each other. */
function ratio(result: CaseResult, others: readonly Slice[], measure: Measure): number {
  const slices = result.slices.get('service') ?? [];
  const ratios = slices.map((slice, round) => {
    const other = others[round];
    return other ? measure(slice) / measure(other) : NaN;
  });
  return median(ratios);
}

const rowsOf = (result: CaseResult): string[][] =>
  [...result.slices.keys()].map((name, index) => [
    index === 0 ? result.case.name : '',
    titles[name],
    cell(medianOf(result, name, rate), 0),
    cell(medianOf(result, name, ({ p50 }) => p50)),
    cell(medianOf(result, name, ({ p99 }) => p99)),
    cell(medianOf(result, name, serverUs), 0),
    cell(medianOf(result, name, postgresUs), 0),
  ]);

type Format = (value: number) => string;
const plain: Format = (value) => cell(value);
const whole: Format = (value) => cell(value, 0);
const percent: Format = (value) => `${cell(value * 100, 0)} %`;

const atMost = (value: number, target: number | undefined, format: Format) =>
  judged(value, target, format, '≤', target !== undefined && value > target);
const atLeast = (value: number, target: number | undefined, format: Format) =>
  judged(value, target, format, '≥', target !== undefined && value < target);

/** Formats a value with its target, in bold if it misses the target. */
function judged(
  value: number,
  target: number | undefined,
  format: Format,
  sign: '≤' | '≥',
  missed: boolean,
): string {
  if (Number.isNaN(value)) return '-';
  if (target === undefined) return format(value);
  const mark = missed ? '**' : '';
  return `${mark}${format(value)}${mark} (${sign} ${format(target)})`;
}

function ratiosOf(result: CaseResult): string[] {
  const { name, targets } = result.case;
  const to = (subject: SubjectName, measure: Measure) =>
    ratio(result, result.slices.get(subject) ?? [], measure);
  return [
    name,
    atMost(to('bare', serverUs), targets.server, plain),
    atMost(to('bare', postgresUs), targets.postgres, plain),
    atLeast(to('pgbench', rate), targets.pgbench, percent),
    atLeast(to('nest', rate), targets.nest, plain),
    plain(to('nest', totalUs)),
  ];
}

/** The maximum cost of a 304 as a share of the full response, in CPU time of the server and Postgres combined. */
const maxUnchangedShare = 1 / 3;

function unchangedRows(results: readonly CaseResult[]): string[][] {
  return results
    .filter(({ fullResponse }) => fullResponse.length > 0)
    .map((result) => {
      const share = (measure: Measure) => ratio(result, result.fullResponse, measure);
      return [
        result.case.fullCase ?? '',
        atMost(share(totalUs), maxUnchangedShare, percent),
        percent(share(serverUs)),
        percent(share(postgresUs)),
      ];
    });
}

const baseRows = (results: readonly CaseResult[]): string[][] =>
  results.flatMap((result) => {
    const { name, base } = result.case;
    if (!base) return [];
    return [
      [
        name,
        base.name,
        atMost(ratio(result, result.base, serverUs), base.server, plain),
        atMost(ratio(result, result.base, postgresUs), base.postgres, plain),
      ],
    ];
  });

const maxPeakMib = 180;
const maxStartMs = 2000;

export function suiteReport(results: SuiteResults, options: ReportOptions): string {
  const { cases, bulk, floor, processes, pinning, notes } = results;
  const { size, rounds, seconds, connections, machine } = options;
  const unchanged = unchangedRows(cases);
  const compared = baseRows(cases);
  return [
    '# Offerdock compared with a bare server, Nest + TypeORM and pgbench',
    '',
    `${size.toLocaleString('en')} offers; ${connections} connections, each of which sends its next request as soon as it has a response. In each of`,
    `${rounds} rounds every subject was loaded for ${seconds} s in turn, after a warm-up of 1 s, or 5 s in the first round. All values are medians over the rounds.`,
    'README.md describes the subjects. Written by `npm run bench`.',
    '',
    ...machine,
    `- ${pinning}`,
    ...notes.map((note) => `- ${note}`),
    '',
    ...(cases.length > 0 ? casesSections(cases) : []),
    ...(compared.length > 0
      ? section(
          'Compared with another request, in the same rounds',
          table(['Request', 'compared with', 'server CPU', 'Postgres CPU'], compared),
        )
      : []),
    ...(unchanged.length > 0
      ? section(
          'Unchanged (304), as a share of the full response',
          table(['Request', 'CPU', 'server', 'Postgres'], unchanged),
        )
      : []),
    ...(bulk.length > 0 ? bulkSection(bulk) : []),
    ...(floor.length > 0 ? floorSection(floor) : []),
    ...(processes.length > 0 ? processesSection(processes) : []),
  ].join('\n');
}

const casesSections = (cases: readonly CaseResult[]): string[] => [
  ...section(
    'Requests',
    table(
      ['Request', 'subject', 'requests/s', 'p50 ms', 'p99 ms', 'server CPU µs', 'Postgres CPU µs'],
      cases.flatMap(rowsOf),
    ),
  ),
  ...section('Ratios', [
    'Offerdock divided by the other subject. A target is in parentheses; a ratio that misses it is bold. A ratio without',
    'a target is for information.',
    '',
    ...table(
      [
        'Request',
        'server CPU / bare',
        'Postgres CPU / bare',
        'requests/s / pgbench',
        'requests/s / Nest + TypeORM',
        'CPU / Nest + TypeORM',
      ],
      cases.filter(({ slices }) => slices.size > 1).map(ratiosOf),
    ),
  ]),
];

const processesSection = (processes: readonly ProcessResult[]): string[] =>
  section(
    'Memory and startup',
    table(
      ['Subject', 'MiB at start', 'MiB after the load', 'MiB at peak', 'spawn to first 200, ms'],
      processes.map(({ name, idleMib, afterMib, peakMib, startMs }) => {
        const isService = name === 'service';
        return [
          titles[name],
          whole(idleMib),
          whole(afterMib),
          atMost(peakMib, isService ? maxPeakMib : undefined, whole),
          atMost(startMs, isService ? maxStartMs : undefined, whole),
        ];
      }),
    ),
  );
