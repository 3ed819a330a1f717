import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Sql } from '../../src/sql/sql.js';
import { storeResults } from '../../src/webhooks/delivery/results.write.js';
import { afterSuccess } from '../../src/webhooks/delivery/rules/lane-health.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';
import { Delivery, quickDelivery } from '../support/webhook-events.js';
import type { Behaviour } from '../support/webhook-receiver.js';

let harness: Harness;
const all: Delivery[] = [];

beforeAll(async () => {
  harness = await start(quickDelivery);
});
afterAll(async () => {
  await Promise.all(all.map(({ receiver }) => receiver.stop()));
  await harness.stop();
});

async function deliveryTo(behave?: Behaviour, settings: object = {}): Promise<Delivery> {
  const delivery = await Delivery.create(harness, behave, settings);
  all.push(delivery);
  return delivery;
}

/** Answers with these statuses, one after the other, and 204 afterwards. */
const statuses = (...list: number[]): Behaviour => {
  const left = [...list];
  return () => left.shift() ?? 204;
};

it('a receiver that answers 500 twice gets three attempts with the same ID, each with a valid signature', async () => {
  const to = await deliveryTo(statuses(500, 500), { headers: { 'X-Tenant': 'blue' } });
  await to.emit({ n: 1, type: 'order.created' });
  await to.settled();
  const { received } = to.receiver;
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  for (const { headers, body, id } of received) {
    expect(new Webhook(to.secret).verify(body, headers)).toMatchObject({ id, event: 'order.created' });
    const timestamp = headers['x-offergrid-timestamp'];
    const signature = createHmac('sha256', to.secret).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-offergrid-signature']).toBe(signature);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-tenant': 'blue' });
    expect(headers['user-agent']).toMatch(/^Offerdock-Webhooks\/\d/);
  }
  expect(await to.deliveries()).toMatchObject([{ status: 'delivered', attempts: 3, failures: 2, code: 204 }]);
});

it('events of a subject arrive in their order, however often an attempt fails, and others do not wait for them', async () => {
  const subjects = Array.from({ length: 5 }, () => randomUUID());
  let calls = 0;
  const answered: { n: number; subject: number }[] = [];
  const to = await deliveryTo(({ n }) => {
    calls += 1;
    if (calls % 3 === 0) return 503;
    answered.push({ n, subject: n % 5 });
    return 204;
  });
  await to.emit(...Array.from({ length: 60 }, (_, n) => ({ n, subject: subjects[n % 5] })));
  await to.settled();
  for (let subject = 0; subject < 5; subject += 1) {
    const numbers = answered.filter((each) => each.subject === subject).map(({ n }) => n);
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => index * 5 + subject));
  }
  expect((await to.deliveries()).every(({ status }) => status === 'delivered')).toBe(true);
});

it('a delivery that always fails holds back its subject until it is dead', async () => {
  const subject = randomUUID();
  const to = await deliveryTo(({ n }) => (n === 1 ? 400 : 204));
  await to.emit({ n: 1, subject }, { n: 2, subject }, { n: 3 });
  await to.settled();
  const { numbers } = to.receiver;
  expect(numbers.filter((n) => n === 1)).toHaveLength(5);
  expect(numbers.at(-1)).toBe(2);
  expect(numbers.indexOf(3)).toBeLessThan(numbers.lastIndexOf(1));
  expect(await to.deliveries()).toMatchObject([
    { status: 'dead', attempts: 5, code: 400, error: 'The receiver answered with status 400' },
    { status: 'delivered', attempts: 1 },
    { status: 'delivered', attempts: 1 },
  ]);
});

describe('a receiver in trouble', () => {
  const first =
    (misbehave: Behaviour): Behaviour =>
    (webhook, response) => {
      const { received } = all.at(-1)?.receiver ?? { received: [] };
      return received.filter(({ id }) => id === webhook.id).length > 1 ? 204 : misbehave(webhook, response);
    };

  it.each<[string, Behaviour, { code: number | null; error: RegExp }]>([
    ['never answers', () => undefined, { code: null, error: /did not arrive in time/ }],
    [
      'closes early',
      (_, response) => void response.socket?.destroy(),
      { code: null, error: /closed before the response/ },
    ],
    [
      'redirects',
      (_, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      { code: 307, error: /redirects are not followed/ },
    ],
    [
      'sends an endless error',
      (_, response) => {
        response.writeHead(502);
        const timer = setInterval(() => response.write('x'.repeat(8_000)), 1);
        response.once('close', () => clearInterval(timer));
        return undefined;
      },
      { code: 502, error: /status 502/ },
    ],
  ])('that %s gets the event again', async (_, misbehave, expected) => {
    const to = await deliveryTo(first(misbehave));
    await to.emit({ n: 1 });
    await to.settled();
    expect(to.receiver.numbers).toEqual([1, 1]);
    expect(await to.deliveries()).toMatchObject([{ status: 'delivered', attempts: 2, failures: 1 }]);
    const list = await to.call('GET', '/deliveries');
    const [attempt] = list.body[0].attempts as { statusCode: number | null; error: string }[];
    expect(attempt?.statusCode).toBe(expected.code);
    expect(attempt?.error).toMatch(expected.error);
  });
});

it('Retry-After determines the next attempt', async () => {
  const to = await deliveryTo((_, response) => {
    response.writeHead(429, { 'retry-after': '1800' }).end();
    return undefined;
  });
  await to.emit({ n: 1 });
  await to.received(1);
  const isPostponed = async () => {
    const [row] = await to.query<{ minutes: number }>(
      `SELECT extract(epoch FROM next_attempt_at - now()) / 60 AS minutes FROM webhook_deliveries
        WHERE endpoint_id = $1`,
      [to.endpointId],
    );
    return Math.round(Number(row?.minutes)) === 30;
  };
  await until(isPostponed, 5_000);
});

describe('the circuit breaker', () => {
  it('opens after ten failures, probes with one request, closes with the first success', async () => {
    let isDown = true;
    const to = await deliveryTo(() => (isDown ? 500 : 204));
    await to.emit(...Array.from({ length: 30 }, (_, n) => ({ n })));
    await until(async () => (await to.lane()).breaker === 'open', 5_000);
    const { failures } = await to.lane();
    expect(failures).toBeGreaterThanOrEqual(10);
    // The requests that were in flight when the first one failed, and the ten after it.
    expect(to.receiver.received.length).toBeLessThan(30);
    await until(async () => (await to.lane()).failures >= failures + 2, 5_000);
    isDown = false;
    to.receiver.mostAtOnce = 0;
    await to.settled();
    expect(await to.lane()).toMatchObject({ breaker: 'closed', failures: 0, healthy: true });
    expect((await to.deliveries()).every(({ status }) => status === 'delivered')).toBe(true);
  });

  it('lets a test through, which closes it, while events do not make the lane due', async () => {
    const to = await deliveryTo();
    // Lent to a process that is gone, so that nobody else changes it.
    await to.query(
      `UPDATE webhook_lanes SET breaker = 'open', failures = 12, failing_since = now(),
         open_until = now() + interval '1 hour', due_at = NULL, leased_by = gen_random_uuid(),
         lease_until = now() + interval '1 hour' WHERE endpoint_id = $1`,
      [to.endpointId],
    );
    await to.emit({ n: 1 });
    await until(async () => (await to.deliveries()).length === 1);
    const lanes = await to.query(
      `UPDATE webhook_lanes SET leased_by = NULL, lease_until = NULL WHERE endpoint_id = $1
        RETURNING due_at = open_until AS due_when_it_closes, wake::int`,
      [to.endpointId],
    );
    expect(lanes).toEqual([[{ due_when_it_closes: true, wake: 1 }], 1]);
    expect((await to.call('POST', '/test', {})).status).toBe(202);
    await to.settled();
    expect(to.receiver.received.map(({ body }) => JSON.parse(body).event)).toEqual([
      'webhook.test',
      'partner.added',
    ]);
    expect(await to.lane()).toMatchObject({ breaker: 'closed', failures: 0 });
  });
});

it('a receiver that is gone is not called again, and its team hears of it at another endpoint', async () => {
  const to = await deliveryTo(statuses(410));
  const others: string[] = [];
  const other = await deliveryTo(({ body }) => {
    others.push(JSON.parse(body).event);
    return 204;
  });
  // The other endpoint belongs to the same team.
  await other.query('UPDATE webhook_endpoints SET team_id = $1 WHERE id = $2', [
    to.team.id,
    other.endpointId,
  ]);
  await to.emit({ n: 1 }, { n: 2 });
  await until(() => others.includes('webhook.disabled'), 5_000);
  expect((await to.call('GET')).body).toMatchObject({ enabled: false, disabledReason: 'gone' });
  const events = await harness.call('GET', '/events?types=webhook.disabled', undefined, to.team);
  expect(events.body.events).toMatchObject([
    { data: { endpointId: to.endpointId, reason: 'gone', lastStatusCode: 410 } },
  ]);
  await until(async () => !(await to.lane()).held);
  const count = to.receiver.received.length;
  await to.emit({ n: 3 });
  await other.received(4);
  expect(to.receiver.received).toHaveLength(count);
  // A delivery that was pending is sent when the team enables the endpoint again.
  expect((await to.deliveries()).some(({ status }) => status === 'pending')).toBe(true);
  await to.call('PATCH', '', { enabled: true });
  await to.settled();
});

it('a result that is stored again, because the first answer of Postgres was lost, counts once', async () => {
  const to = await deliveryTo();
  const holder = randomUUID();
  await to.query(
    `UPDATE webhook_lanes SET leased_by = $2, lease_until = now() + interval '1 hour' WHERE endpoint_id = $1`,
    [to.endpointId, holder],
  );
  await to.emit({ n: 1 });
  await until(async () => (await to.deliveries()).length === 1);
  const [delivery] = await to.query<{ id: string }>(
    'SELECT id FROM webhook_deliveries WHERE endpoint_id = $1',
    [to.endpointId],
  );
  const health = afterSuccess(20);
  const update = { endpointId: to.endpointId, stored: health, health, opens: false };
  const failed = {
    attemptId: randomUUID(),
    deliveryId: delivery?.id ?? '',
    endpointId: to.endpointId,
    at: new Date(),
    durationMs: 20,
    statusCode: 500,
    error: 'The receiver answered with status 500',
    excerpt: null,
    status: 'pending' as const,
    failures: 1,
    retryMs: 60_000,
  };
  for (let tries = 0; tries < 2; tries += 1)
    await harness.app.get(Sql).rows(storeResults(holder, [failed], [update]));
  expect(await to.deliveries()).toEqual([
    { status: 'pending', attempts: 1, failures: 1, code: 500, error: failed.error },
  ]);
  expect(
    await to.query('SELECT id FROM webhook_attempts WHERE delivery_id = $1', [failed.deliveryId]),
  ).toEqual([{ id: failed.attemptId }]);
  await to.call('DELETE');
});
