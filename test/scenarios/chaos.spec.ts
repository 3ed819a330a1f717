import { jsonOf } from '../chaos/load/client.js';
import { OrderStorm, runStorm, shortStorm } from '../chaos/orders/order-storm.js';
import { missedGuarantees } from '../chaos/report.js';
import { runScenario } from '../chaos/run-scenario.js';
import { shortScenarios } from '../chaos/scenarios/all-scenarios.js';
import { shortSizes } from '../chaos/scenarios/scenario.js';
import { Site } from '../chaos/site/site.js';
import { Receivers } from '../chaos/webhooks/receivers.js';
import { until } from '../support/until.js';
import { runWebhookStorm, shortWebhookStorm } from '../chaos/webhooks/webhook-storm.js';

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

it(
  'webhooks arrive completely, and in order, at receivers that fail',
  async () => {
    const { faults, ...figures } = await runWebhookStorm(site, shortWebhookStorm);
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({
      confirmedOrders: shortWebhookStorm.orders,
      kills: shortWebhookStorm.kills,
    });
    expect(figures.requests).toBeGreaterThan(figures.deliveries);
  },
  timeoutMs,
);

it(
  'webhooks of a process that was killed after the commit are sent by another one',
  async () => {
    const insecure = { WEBHOOK_ALLOW_INSECURE: 'true' };
    const receivers = await Receivers.start(1);
    receivers.calm();
    try {
      await site.stopService('SIGKILL');
      site.startService({ ...insecure, ROLE: 'api' });
      await site.started();
      const storm = await OrderStorm.create(site);
      const [provider] = storm.providers;
      const body = { url: receivers.urls[0], events: ['order.created'] };
      const created = await provider?.client.send('POST', '/webhooks/endpoints', { body });
      expect(created?.status).toBe(201);
      await storm.order({ clients: 1, orders: 1 });
      expect(storm.ledger.orders.size).toBe(1);
      await site.stopService('SIGKILL');
      expect(await receivers.count()).toBe(0);

      site.startService(insecure);
      await site.started();
      await until(async () => (await receivers.count()) === 2);
      const listed = await provider?.client.send('GET', '/events?types=order.created');
      const { events } = jsonOf<{ events: object[] }>(listed ?? { status: 0, text: '', retryAfterMs: 0 });
      const received = (await receivers.receipts()).map((receipt) => receipt.body);
      expect(received.toSorted()).toEqual(events.map((event) => JSON.stringify(event)).toSorted());
    } finally {
      receivers.stop();
    }
  },
  timeoutMs,
);
