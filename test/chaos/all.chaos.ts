import { missedTargets, reportOf } from './report.js';
import { runScenario, type ScenarioResult } from './run-scenario.js';
import { allScenarios } from './scenarios/all-scenarios.js';
import { fullSizes } from './scenarios/scenario.js';
import { Site } from './site/site.js';

/* `npm run test:chaos`: every scenario in full length, each on a site of its own. */

const timeoutMs = 180_000;
const results: ScenarioResult[] = [];

afterAll(() => void process.stdout.write(`\n${reportOf(results)}\n`));

it.each(allScenarios)(
  '$name',
  async (scenario) => {
    const site = await Site.open({ onSmallDisk: scenario.needsSmallDisk });
    try {
      const result = await runScenario(site, scenario, fullSizes);
      results.push(result);
      expect(missedTargets(result)).toEqual([]);
    } finally {
      await site.close();
    }
  },
  timeoutMs,
);
