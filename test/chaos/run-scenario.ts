import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from './load/load.js';
import type { Scenario, Sizes } from './scenarios/scenario.js';
import type { Site } from './site/site.js';

const maxRecoveryMs = 40_000;
const pollMs = 50;

/** What a scenario has done to the clients of the service. */
export interface ScenarioResult {
  name: string;
  acknowledged: number;
  lost: string[];
  duplicated: string[];
  /** Wrong answers, and how the copies of the readers of the change feed differ from the catalog. */
  wrong: string[];
  /** Answers with a 5xx other than 503. */
  faults: string[];
  /** Requests that were not answered in time. */
  late: string[];
  /** The number of requests by how they ended. */
  endings: Record<string, number>;
  slowestMs: number;
  /** The time from the end of the trouble to the last request that the service could not handle. */
  recoveryMs: number;
  /** How often a reader of the change feed had to start again. */
  feedRestarts: number;
}

/** Runs a scenario under load, and checks afterwards what the clients know against what is stored. */
export async function runScenario(site: Site, scenario: Scenario, sizes: Sizes): Promise<ScenarioResult> {
  const load = await Load.create(site);
  load.start();
  let endedAt: number;
  try {
    await sleep(sizes.warmUpMs);
    await scenario.run({ site, load, sizes });
    endedAt = Date.now();
    await site.started();
    if (!(await becomesQuiet(load, endedAt, sizes.quietMs)))
      load.log.addWrong(`Not healthy ${maxRecoveryMs / 1000} s after the trouble`);
  } finally {
    await load.stop();
  }
  const { log } = load;
  const recoveryMs = log.lastTroubleSince(endedAt) - endedAt;
  const { lost, duplicated } = await load.audit();
  const feed = await load.feedDifferences();
  const named = (exchanges: typeof log.exchanges) =>
    exchanges.map(({ what, how, ms }) => `${what}: ${how} after ${ms} ms`);
  return {
    name: scenario.name,
    acknowledged: load.acknowledged,
    lost,
    duplicated,
    wrong: [...log.wrong, ...feed],
    faults: [...named(log.faults), ...(log.faults.length > 0 ? site.loggedFaults : [])],
    late: named(log.late),
    endings: log.endings,
    slowestMs: log.slowestMs,
    recoveryMs,
    feedRestarts: load.feedRestarts,
  };
}

/** Waits until there was no trouble for a while. @returns false if there still was some after a limited time */
async function becomesQuiet(load: Load, endedAt: number, quietMs: number): Promise<boolean> {
  const deadline = endedAt + maxRecoveryMs;
  while (Date.now() - load.log.lastTroubleSince(endedAt) < quietMs) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}
