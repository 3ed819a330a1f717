import { fullStorm, runStorm } from './orders/order-storm.js';
import { missedTargets, reportOf } from './report.js';
import { runScenario, type ScenarioResult } from './run-scenario.js';
import { allScenarios } from './scenarios/all-scenarios.js';
import { fullSizes } from './scenarios/scenario.js';
import { Site } from './site/site.js';
import { fullWebhookStorm, runWebhookStorm } from './webhooks/webhook-storm.js';

/* `npm run test:chaos`: every scenario in full length, each on a site of its own. */

const timeoutMs = 180_000;
const results: ScenarioResult[] = [];

afterAll(() => void (results.length > 0 && process.stdout.write(`\n${reportOf(results)}\n`)));

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

it(
  'kill -9 of both while orders are placed with idempotency keys',
  async () => {
    const site = await Site.open();
    try {
      const { faults, ...figures } = await runStorm(site, fullStorm);
      process.stdout.write(`\n${JSON.stringify({ ...figures, faults: faults.length }, null, 2)}\n`);
      expect(faults).toEqual([]);
      expect(figures).toMatchObject({ confirmedOrders: fullStorm.orders, kills: fullStorm.kills });
    } finally {
      await site.close();
    }
  },
  timeoutMs,
);

it(
  'kill -9 of services and Postgres while webhooks are delivered to receivers that fail',
  async () => {
    const site = await Site.open();
    try {
      const { faults, ...figures } = await runWebhookStorm(site, fullWebhookStorm);
      process.stdout.write(`\n${JSON.stringify({ ...figures, faults: faults.length }, null, 2)}\n`);
      expect(faults).toEqual([]);
      expect(figures).toMatchObject({
        confirmedOrders: fullWebhookStorm.orders,
        kills: fullWebhookStorm.kills,
      });
    } finally {
      await site.close();
    }
  },
  2 * timeoutMs,
);
