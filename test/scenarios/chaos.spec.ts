import { runStorm, shortStorm } from '../chaos/orders/order-storm.js';
import { missedGuarantees } from '../chaos/report.js';
import { runScenario } from '../chaos/run-scenario.js';
import { shortScenarios } from '../chaos/scenarios/all-scenarios.js';
import { shortSizes } from '../chaos/scenarios/scenario.js';
import { Site } from '../chaos/site/site.js';

/*
 * The short form of `npm run test:chaos`: fewer and shorter troubles, one after the other on one site. Checks what must
 * hold on any machine; the long form also checks how long it takes.
 */

const timeoutMs = 120_000;
let site: Site;

beforeAll(async () => {
  site = await Site.open();
}, timeoutMs);
afterAll(() => site.close());

it.each(shortScenarios)(
  '$name: nothing is lost, duplicated or wrong',
  async (scenario) => {
    const result = await runScenario(site, scenario, shortSizes);
    expect(missedGuarantees(result)).toEqual([]);
  },
  timeoutMs,
);

it(
  'orders with idempotency keys are stored exactly once, and completely',
  async () => {
    const { faults, ...figures } = await runStorm(site, shortStorm);
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ confirmedOrders: shortStorm.orders, kills: shortStorm.kills });
    expect(figures.replayed).toBeGreaterThan(0);
  },
  timeoutMs,
);
