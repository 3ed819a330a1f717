import { randomUUID } from 'node:crypto';
import { start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { emit, makeEndpoint, query } from '../support/webhook-events.js';

let harness: Harness;
beforeAll(async () => {
  harness = await start({
    webhookAllowInsecure: true,
    webhookTimeoutMs: 500,
    webhookRetryDelaysMs: [50, 50, 100],
  });
});
afterAll(() => harness.stop());

it('delivers', async () => {
  const receiver = await new WebhookReceiver().start();
  const team = await makeTeam(harness, 'reseller');
  await makeEndpoint(harness, team.id, receiver.url, {});
  const subject = randomUUID();
  const t = Date.now();
  await emit(harness, team.id, [{ n: 1, subject }, { n: 2, subject }, { n: 3 }]);
  await until(() => receiver.received.length >= 3, 5000);
  console.error(
    receiver.received,
    receiver.received.map(({ at }) => at - t),
  );
  await until(
    async () =>
      (await query(harness, "SELECT FROM webhook_deliveries WHERE status = 'pending'")).length === 0,
    3000,
  );
  console.error(await query(harness, 'SELECT * FROM webhook_deliveries'));
  console.error(await query(harness, 'SELECT * FROM webhook_attempts'));
  console.error(await query(harness, 'SELECT * FROM webhook_lanes'));
  await receiver.stop();
});
