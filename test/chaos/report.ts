import { table } from '../../bench/environment/markdown.js';
import { answerLimitMs } from './load/traffic-log.js';
import type { ScenarioResult } from './run-scenario.js';

const recoveryLimitMs = 5_000;
const shown = 5;

/** Returns what a result lacks that must hold on any machine. */
export function missedGuarantees(result: ScenarioResult): string[] {
  const { lost, duplicated, faults, wrong } = result;
  return [
    ...counted('lost writes', lost),
    ...counted('duplicated writes', duplicated),
    ...counted('answers 5xx other than 503', faults),
    ...counted('wrong answers', wrong),
    ...(result.acknowledged === 0 ? ['no write was confirmed'] : []),
  ];
}

/** Returns what a result lacks, including the targets for times. */
export function missedTargets(result: ScenarioResult): string[] {
  const isSlow = result.recoveryMs > recoveryLimitMs;
  return [
    ...missedGuarantees(result),
    ...counted(`requests not answered within ${answerLimitMs / 1000} s`, result.late),
    ...(isSlow
      ? [`healthy ${result.recoveryMs} ms after the trouble, instead of ${recoveryLimitMs} ms`]
      : []),
  ];
}

const counted = (what: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`${items.length} ${what}: ${items.slice(0, shown).join('; ')}`];

/** Returns the results as a table. */
export const reportOf = (results: readonly ScenarioResult[]): string =>
  table(
    [
      'Scenario',
      'confirmed',
      'lost',
      'duplicated',
      'wrong',
      '500',
      'late',
      'slowest answer, ms',
      'healthy after, ms',
      'feed restarts',
      'answers',
    ],
    results.map((result) => [
      result.name,
      ...[result.acknowledged, result.lost.length, result.duplicated.length, result.wrong.length].map(String),
      ...[result.faults.length, result.late.length, result.slowestMs, result.recoveryMs].map(String),
      String(result.feedRestarts),
      Object.entries(result.endings)
        .map(([how, count]) => `${how}: ${count}`)
        .join(', '),
    ]),
  ).join('\n');
