import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { DeliveryWorker } from '../../src/webhooks/delivery/delivery-worker.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';
import { Delivery, quickDelivery } from '../support/webhook-events.js';
import type { Behaviour } from '../support/webhook-receiver.js';

let one: Harness;
let two: Harness;
const all: Delivery[] = [];
const settings = { ...quickDelivery, webhookTimeoutMs: 5_000, webhookDisableAfterHours: 1 };

beforeAll(async () => {
  one = await start(settings);
  two = await start(settings, one.databaseUrl);
});
afterAll(async () => {
  await Promise.all(all.map(({ receiver }) => receiver.stop()));
  await two.stop();
  await one.stop();
});

async function deliveryTo(behave?: Behaviour, fields: object = {}): Promise<Delivery> {
  const delivery = await Delivery.create(one, behave, fields);
  all.push(delivery);
  return delivery;
}

const events = (count: number, subject?: string) =>
  Array.from({ length: count }, (_, n) => ({ n, ...(subject && { subject }) }));

/** Lends the lane to a process that is gone. */
const lendLane = (to: Delivery, ms: number) =>
  to.query(
    `UPDATE webhook_lanes SET leased_by = gen_random_uuid(), lease_until = now() + $2 * interval '1 ms',
       due_at = least(due_at, now()) WHERE endpoint_id = $1`,
    [to.endpointId, ms],
  );

it('two processes never send on the same lane at the same time', async () => {
  // An endpoint that fails gets one request at a time, whichever process holds its lane.
  const failing = await deliveryTo(async () => {
    await sleep(2);
    return 500;
  });
  await failing.query('UPDATE webhook_lanes SET failures = 1, failing_since = now() WHERE endpoint_id = $1', [
    failing.endpointId,
  ]);
  // Events of one subject, one after the other, arrive exactly once.
  const working = await deliveryTo(async () => {
    await sleep(1);
    return 204;
  });
  const subject = randomUUID();
  for (let n = 0; n < 30; n += 1) {
    await working.emit({ n, subject });
    if (n < 8) await failing.emit({ n });
  }
  await working.settled();
  await failing.received(10);
  expect(working.receiver.mostAtOnce).toBe(1);
  expect(working.receiver.numbers).toEqual(Array.from({ length: 30 }, (_, n) => n));
  expect(failing.receiver.mostAtOnce).toBe(1);
  await failing.call('DELETE');
});

it('the lanes of a process that was killed go on when its lease ends', async () => {
  const to = await deliveryTo();
  await lendLane(to, 400);
  await to.emit(...events(3));
  await until(async () => (await to.deliveries()).length === 3);
  expect(to.receiver.received).toHaveLength(0);
  await to.settled();
  expect(to.receiver.received).toHaveLength(3);
});

it('a result is not stored after another process has taken the lane', async () => {
  const subject = randomUUID();
  let isFirst = true;
  const to = await deliveryTo(async () => {
    if (!isFirst) return 204;
    isFirst = false;
    // The process is thought to be dead while it waits for the response.
    await lendLane(to, 200);
    return 204;
  });
  await to.emit(...events(2, subject));
  await to.settled();
  expect(to.receiver.numbers[0]).toBe(0);
  // Delivered again, because nobody knew of the first time.
  expect(to.receiver.numbers.filter((n) => n === 0)).toHaveLength(2);
  expect(to.receiver.numbers.at(-1)).toBe(1);
  const [first] = await to.deliveries();
  expect(first).toMatchObject({ status: 'delivered', attempts: 1 });
});

it('a failing endpoint is announced at half time, then disabled', async () => {
  const to = await deliveryTo(() => 500);
  const types: string[] = [];
  const other = await deliveryTo(({ body }) => {
    types.push((JSON.parse(body) as { event: string }).event);
    return 204;
  });
  await other.query('UPDATE webhook_endpoints SET team_id = $1 WHERE id = $2', [
    to.team.id,
    other.endpointId,
  ]);
  const failFor = (minutes: number) =>
    to.query(
      `UPDATE webhook_lanes SET failures = 3, failing_since = now() - $2 * interval '1 minute' WHERE endpoint_id = $1`,
      [to.endpointId, minutes],
    );
  await failFor(31);
  await to.emit({ n: 1 }, { n: 2 });
  await until(() => types.includes('webhook.failing'), 5_000);
  await until(async () => !(await to.lane()).held);
  await failFor(61);
  await to.emit({ n: 3 });
  await until(() => types.includes('webhook.disabled'), 5_000);
  expect(types.filter((type) => type.startsWith('webhook.'))).toEqual([
    'webhook.failing',
    'webhook.disabled',
  ]);
  expect((await to.call('GET')).body).toMatchObject({ enabled: false, disabledReason: 'failing' });
});

it('maxPerSecond limits the requests of an endpoint, across turns and processes', async () => {
  const to = await deliveryTo(undefined, { maxPerSecond: 20 });
  for (let n = 0; n < 25; n += 1) await to.emit({ n });
  await to.settled();
  const times = to.receiver.received.map(({ at }) => at);
  for (const from of times)
    // A tenth more, and one for each process that takes the lane.
    expect(times.filter((at) => at >= from && at < from + 500).length).toBeLessThanOrEqual(10 * 1.1 + 4);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
});

it('both secrets sign while the secret is rotated', async () => {
  const to = await deliveryTo();
  const rotated = await to.call('POST', '/rotate-secret', { gracePeriodHours: 1 });
  await to.emit({ n: 1 });
  await to.received(1);
  const [{ body, headers } = { body: '', headers: {} }] = to.receiver.received;
  for (const secret of [to.secret, rotated.body.secret as string])
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ data: { n: 1 } });
});

it('a secret that was replaced without a grace period signs nothing more, even during a turn', async () => {
  const verified: boolean[] = [];
  const to = await deliveryTo(async ({ n, body, headers }) => {
    try {
      new Webhook(secret).verify(body, headers);
      verified.push(true);
    } catch {
      verified.push(false);
    }
    if (n % 2 === 1) return 204;
    secret = (await to.call('POST', '/rotate-secret', { gracePeriodHours: 0 })).body.secret;
    // The process that holds the lane hears of it. The next event of the subject is sent after this one.
    await sleep(1_000);
    return 204;
  });
  let { secret } = to;
  await to.emit(...events(8, randomUUID()));
  await to.settled();
  expect(to.receiver.numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(verified).toEqual(Array.from({ length: 8 }, () => true));
});

it('nothing is sent for a suspended team, and everything afterwards', async () => {
  const to = await deliveryTo();
  const suspend = (suspended: boolean) =>
    one.call('PATCH', `/admin/teams/${to.team.id}`, { suspended }, { key: adminKey });
  await suspend(true);
  await to.emit({ n: 1 });
  await until(async () => (await to.deliveries()).length === 1);
  await until(async () => !(await to.lane()).held);
  await sleep(100);
  expect(to.receiver.received).toHaveLength(0);
  await suspend(false);
  await to.query('UPDATE webhook_lanes SET due_at = now() WHERE endpoint_id = $1', [to.endpointId]);
  await to.settled();
  expect(to.receiver.numbers).toEqual([1]);
});

it.each(['disabled', 'deleted'])('an endpoint that is %s during a turn gets nothing more', async (change) => {
  const to = await deliveryTo(async () => {
    await sleep(100);
    return 204;
  });
  await to.emit(...events(40, randomUUID()));
  await to.received(2);
  await (change === 'disabled' ? to.call('PATCH', '', { enabled: false }) : to.call('DELETE'));
  await until(async () => !(await to.lane()).held, 5_000);
  const count = to.receiver.received.length;
  expect(count).toBeLessThan(40);
  await sleep(150);
  expect(to.receiver.received).toHaveLength(count);
});

it('the metrics report the backlog and the circuit breakers', async () => {
  const to = await deliveryTo();
  await to.query(
    `UPDATE webhook_lanes SET breaker = 'open', failures = 12, failing_since = now(),
       open_until = now() + interval '1 hour', due_at = now() + interval '1 hour' WHERE endpoint_id = $1`,
    [to.endpointId],
  );
  await to.emit({ n: 1 });
  await until(async () => (await to.deliveries()).length === 1);
  const value = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    );
  await until(async () => {
    const { text } = await one.call('GET', '/metrics');
    return (
      value(text, 'webhook_deliveries_pending') >= 1 && value(text, 'webhook_breakers{state="open"}') >= 1
    );
  }, 10_000);
  const { text } = await one.call('GET', '/metrics');
  const { text: others } = await two.call('GET', '/metrics');
  const delivered = 'webhook_attempts_total{result="delivered"}';
  expect((value(text, delivered) || 0) + (value(others, delivered) || 0)).toBeGreaterThan(30);
  expect(value(text, 'webhook_oldest_due_seconds')).toBeGreaterThanOrEqual(0);
  expect((await one.call('GET', '/health/ready')).status).toBe(200);
});

it('endpoints that stop responding at the same moment do not hold up another one', async () => {
  const few = await start({ ...quickDelivery, webhookTimeoutMs: 20_000, webhookConcurrency: 4 });
  const hanging = await Promise.all(Array.from({ length: 6 }, () => Delivery.create(few, () => undefined)));
  all.push(...hanging);
  await Promise.all(hanging.map((to) => to.emit({ n: 1 })));
  const requests = () => hanging.reduce((sum, { receiver }) => sum + receiver.received.length, 0);
  await until(() => requests() >= 4);
  const other = await Delivery.create(few);
  all.push(other);
  await other.emit({ n: 1 });
  await other.received(1);
  // None of the others has timed out.
  expect(hanging.reduce((sum, { receiver }) => sum + receiver.inProgress, 0)).toBe(requests());
  await Promise.all(hanging.map(({ receiver }) => receiver.stop()));
  await few.stop();
});

it('a process that stops ends its requests, starts no others, and releases its lanes', async () => {
  const third = await start(settings, one.databaseUrl);
  // Only the third process can take the lane.
  const to = await deliveryTo(async ({ n }) => {
    if (n === 0) await sleep(150);
    return 204;
  });
  await Promise.all([one, two].map(({ app }) => app.get(DeliveryWorker).stop()));
  const subject = randomUUID();
  await to.emit(...events(2, subject));
  await to.received(1);
  await third.stop();
  expect(to.receiver.numbers).toEqual([0]);
  expect(await to.lane()).toMatchObject({ held: false, due: true });
  expect(await to.deliveries()).toMatchObject([{ status: 'delivered' }, { status: 'pending', attempts: 0 }]);
  const fourth = await start(settings, one.databaseUrl);
  await to.settled();
  expect(to.receiver.numbers).toEqual([0, 1]);
  await fourth.stop();
});
