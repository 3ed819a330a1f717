import { Webhook } from 'standardwebhooks';
import { start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';
import { until } from '../support/until.js';
import { Delivery, quickDelivery } from '../support/webhook-events.js';

let harness: Harness;
let to: Delivery;
let status = 204;

beforeAll(async () => {
  harness = await start(quickDelivery);
});
afterAll(() => harness.stop());

beforeEach(async () => {
  status = 204;
  const headers = { Authorization: 'Bearer x' };
  to = await Delivery.create(
    harness,
    (_, response) => void response.writeHead(status).end(status === 204 ? undefined : 'Oh no'),
    { headers },
  );
});
afterEach(async () => {
  await to.call('DELETE');
  await to.receiver.stop();
});

const get = async (path: string) => (await harness.call('GET', path, undefined, to.team)).body;
const deliveryOf = (id: string) => get(`/webhooks/deliveries/${id}`);
const endpoint = () => get(`/webhooks/endpoints/${to.endpointId}`);
const typesReceived = () =>
  to.receiver.received.map(({ body }) => (JSON.parse(body) as { event: string }).event);

/** Sends a test, and waits until it has been delivered, or given up. */
async function test(event?: string) {
  const { status: code, body } = await to.call('POST', '/test', { event });
  expect(code).toBe(202);
  await until(async () => (await deliveryOf(body.id)).status !== 'pending');
  return deliveryOf(body.id);
}

it('a test shows what was sent and answered', async () => {
  status = 418;
  const failed = await test('order.created');
  status = 204;
  const delivered = await test('order.created');
  expect(failed).toMatchObject({ status: 'dead', attempts: [{ statusCode: 418, response: 'Oh no' }] });
  expect(delivered).toMatchObject({ status: 'delivered', attempts: [{ statusCode: 204, error: null }] });
  const [, { body, headers } = { body: '', headers: {} }] = to.receiver.received;
  expect(body).toBe(JSON.stringify(delivered.payload));
  expect(headers).toMatchObject({ authorization: 'Bearer x' });
  expect(new Webhook(to.secret).verify(body, headers)).toMatchObject({ event: 'order.created' });
});

it('failing tests pause the endpoint, and a redelivery that works ends the pause', async () => {
  status = 500;
  for (let n = 0; n < 11; n += 1) await test();
  expect((await endpoint()).state).toBe('paused');
  // Each is sent once, also during the pause.
  const last = await test();
  expect(last).toMatchObject({ status: 'dead', attemptCount: 1 });
  expect(to.receiver.received).toHaveLength(12);
  status = 204;
  await harness.call('POST', `/webhooks/deliveries/${last.id}/redeliver`, undefined, to.team);
  await until(async () => (await deliveryOf(last.id)).status === 'delivered');
  expect((await endpoint()).state).toBe('active');
});

it('a replay sends what happened while the endpoint was disabled', async () => {
  const provider = await makeTeam(harness, 'provider');
  const partners = '/provider/partners/preferred';
  const partner = { resellerTeamId: to.team.id, effectiveDate: '2026-01-01' };
  expect((await harness.call('POST', partners, partner, provider)).status).toBe(201);
  await to.received(1);
  await to.settled();
  await to.call('PATCH', '', { enabled: false });
  await harness.call('DELETE', `${partners}/${to.team.id}`, undefined, provider);
  await until(async () => (await get('/events')).events.length === 2);
  await to.call('PATCH', '', { enabled: true });
  const since = '2026-01-01T00:00:00Z';
  const missed = await to.call('POST', '/replay', { since, onlyUndelivered: true });
  expect(missed.body).toEqual({ replayed: 1, next: null });
  await to.received(2);
  await to.settled();
  expect((await to.call('POST', '/replay', { since, events: ['partner.*'] })).body.replayed).toBe(2);
  await to.received(4);
  const once = ['partner.added', 'partner.removed'];
  expect(typesReceived()).toEqual([...once, ...once]);
});

it('an endpoint that answers with 410 is disabled until its team enables it', async () => {
  status = 410;
  await test();
  await until(async () => (await endpoint()).disabledReason === 'gone');
  expect((await to.call('POST', '/test', {})).status).toBe(409);
  status = 204;
  expect((await to.call('PATCH', '', { enabled: true })).status).toBe(200);
  expect(await test()).toMatchObject({ status: 'delivered' });
  expect(await endpoint()).toMatchObject({ state: 'active', disabledReason: null });
});
