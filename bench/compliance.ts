import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureReassessment, type Reassessment } from './compliance/reassessment.js';
import { report, withCluster } from './environment/databases.js';
import { describeMachine } from './environment/machine.js';
import { cell, median, section, table } from './environment/markdown.js';
import { measureBulk, measureWrites, type WriteCost } from './webhooks/write-cost.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '.' },
    offers: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '5' },
    against: { type: 'string' },
    'write-offers': { type: 'string', default: '10000' },
    out: { type: 'string', default: 'bench/RESULTS-compliance.md' },
  },
});
const only = new RegExp(values.only);
const rounds = Number(values.rounds);
/** The most that the assessment may add to a write. */
const maxWriteRatio = 1.15;
const minRateRatio = 0.5;
const maxLatencyRatio = 1.3;

/** The median of the ratios of each round. */
function ratioOf({ before, after }: WriteCost): number {
  return median(
    after.map(({ serverUs, postgresUs }, round) => {
      const earlier = before[round];
      return earlier ? (serverUs + postgresUs) / (earlier.serverUs + earlier.postgresUs) : NaN;
    }),
  );
}

function writesSection(writes: readonly WriteCost[]): string[] {
  const us = (slices: WriteCost['after'], name: 'serverUs' | 'postgresUs') =>
    cell(median(slices.map((slice) => slice[name])), 0);
  const rows = writes.map((write) => {
    const ratio = ratioOf(write);
    const { name, before, after } = write;
    return [
      name,
      us(before, 'serverUs'),
      us(after, 'serverUs'),
      us(before, 'postgresUs'),
      us(after, 'postgresUs'),
      ratio > maxWriteRatio ? `**${cell(ratio)}**` : cell(ratio),
    ];
  });
  return section('Writes', [
    `CPU time per write in microseconds: of the other checkout and of this one, in turn; medians of ${rounds} rounds. The ratio`,
    `is that of the service and Postgres together, the median of the rounds; the target is at most ${maxWriteRatio}.`,
    '',
    ...table(['', 'server before', 'after', 'Postgres before', 'after', 'ratio'], rows),
  ]);
}

function reassessmentSection({
  rates,
  plainRates,
  latencies,
  quietLatencies,
  written,
}: Reassessment): string[] {
  const ratios = (ours: readonly number[], theirs: readonly number[]) =>
    ours.map((value, round) => value / (theirs[round] ?? NaN));
  const rate = median(ratios(rates, plainRates));
  const p50 = median(
    ratios(
      latencies.map((each) => each.p50),
      quietLatencies.map((each) => each.p50),
    ),
  );
  const p95 = median(
    ratios(
      latencies.map((each) => each.p95),
      quietLatencies.map((each) => each.p95),
    ),
  );
  const shown = (value: number, isMet: boolean) => (isMet ? cell(value) : `**${cell(value)}**`);
  return section(`Assessing ${Number(values.offers).toLocaleString('en')} stored offers again`, [
    `In turn, for ${values.seconds} seconds each: a plain UPDATE of the same columns in steps of as many offers, the run over all`,
    'offers, catalog pages without the run, and pages during it. Every offer gets a new status. Medians of the rounds.',
    '',
    ...table(
      ['', 'value', 'target'],
      [
        ['offers per second, plain UPDATE', cell(median(plainRates), 0), ''],
        ['offers per second, run', cell(median(rates), 0), ''],
        ['ratio of the rates', shown(rate, rate >= minRateRatio), `at least ${minRateRatio}`],
        ['p50 of pages without the run, ms', cell(median(quietLatencies.map((each) => each.p50))), ''],
        ['p50 of pages during the run, ms', cell(median(latencies.map((each) => each.p50))), ''],
        ['ratio of the p50', shown(p50, p50 <= maxLatencyRatio), `at most ${maxLatencyRatio}`],
        ['ratio of the p95', cell(p95), ''],
        ['offers written by the run', cell(written, 0), ''],
      ],
    ),
  ]);
}

await withCluster(async (clusterUrl) => {
  const sections: string[] = [];
  if (only.test('reassessment')) {
    const sizes = { offers: Number(values.offers), rounds, seconds: Number(values.seconds) };
    sections.push(...reassessmentSection(await measureReassessment(clusterUrl, sizes)));
  }
  const { against } = values;
  if (only.test('writes') && against !== undefined) {
    const options = { offers: Number(values['write-offers']), rounds, against, subscribes: false };
    sections.push(...writesSection(await measureWrites(clusterUrl, { ...options, only: /offer$/ })));
  }
  if (only.test('bulk') && against !== undefined) {
    const options = { offers: Number(values['write-offers']), rounds, against, subscribes: false };
    sections.push(...writesSection(await measureBulk(clusterUrl, options)));
  }
  const text = ['# Compliance', '', ...(await describeMachine(clusterUrl)), '', ...sections].join('\n');
  process.stdout.write(text);
  await writeFile(values.out, text);
  report(`Written to ${values.out}`);
});
