import { randomUUID } from 'node:crypto';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness, type Reply } from '../support/harness.js';
import { makeOffer, makeOrder, serviceAddress } from '../support/order-factories.js';
import { until } from '../support/until.js';
import { Delivery, quickDelivery } from '../support/webhook-events.js';

let harness: Harness;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start(quickDelivery);
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body: object | undefined, team: TestTeam, key?: string) =>
  harness.call(method, path, body, { ...team, headers: key === undefined ? {} : { 'idempotency-key': key } });

/** Places an order of offers of the team that receives the events. */
async function order(to: Delivery, items: number): Promise<{ orderId: string; items: { itemId: string }[] }> {
  const offers = [];
  for (let count = 0; count < items; count += 1) offers.push(await makeOffer(harness, to.team));
  return makeOrder(harness, reseller, offers);
}

const deliveriesAbout = async (to: Delivery, subject = ''): Promise<Reply['body'][]> =>
  (await call('GET', `/webhooks/deliveries?subject=${subject}`, undefined, to.team)).body;
const erase = async (orderId: string) => {
  const { status } = await call('POST', '/reseller/customers/erase', { orderId, force: true }, reseller);
  expect(status).toBe(200);
};

it('an erased customer is in no stored response, and not sent any more', async () => {
  // One a second, so that most of the events are read and not yet sent when the customer is erased.
  const to = await Delivery.create(harness, undefined, {
    events: ['order.*', 'partner.*'],
    maxPerSecond: 1,
  });
  const { orderId, items } = await order(to, 8);
  await to.received(1);
  await until(async () => (await deliveriesAbout(to, items[0]?.itemId)).length > 0);
  const [delivery] = await deliveriesAbout(to, items[0]?.itemId);
  const key = randomUUID();
  const again = () => call('POST', `/webhooks/deliveries/${delivery.id}/redeliver`, undefined, to.team, key);
  const first = await again();
  expect([first.status, first.text.includes(serviceAddress.street)]).toEqual([202, true]);
  await erase(orderId);
  const sent = to.receiver.received.length;
  const repeated = await again();
  expect([repeated.status, repeated.text.includes(serviceAddress.street)]).toEqual([409, false]);
  // The next event is sent after whatever was still in hand.
  await to.emit({ n: 1 });
  await until(() => to.receiver.received.some(({ n }) => n === 1));
  const later = to.receiver.received.slice(sent).filter(({ n }) => n !== 1);
  expect(later.length).toBeLessThanOrEqual(1); // the one that was being sent
  await to.receiver.stop();
});

it('what a provider may not see any more is neither shown nor sent again', async () => {
  const to = await Delivery.create(harness);
  const { items } = await order(to, 1);
  const itemId = items[0]?.itemId ?? '';
  await to.received(1);
  await to.settled();
  const [delivery] = await deliveriesAbout(to, itemId);
  await to.query("UPDATE order_items SET ended_at = now() - interval '91 days' WHERE id = $1", [itemId]);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const replies = [
    await call('GET', `/webhooks/deliveries/${delivery.id}`, undefined, to.team),
    await call('POST', `/webhooks/deliveries/${delivery.id}/redeliver`, undefined, to.team),
    await to.call('POST', '/replay', { since, events: ['order.created'] }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([404, 404, 202]);
  expect(replies[2]?.body).toMatchObject({ replayed: 0 });
  expect(await deliveriesAbout(to, itemId)).toEqual([]);
  await to.receiver.stop();
});

it('an endpoint is found by its ID in any case', async () => {
  const to = await Delivery.create(harness);
  const path = `/webhooks/endpoints/${to.endpointId.toUpperCase()}`;
  const replies = [
    await call('PATCH', path, { description: 'Ours' }, to.team),
    await call('POST', `${path}/rotate-secret`, { gracePeriodHours: 0 }, to.team),
    await call('POST', `${path}/test`, undefined, to.team),
    await call('GET', `${path}/deliveries`, undefined, to.team),
  ];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 202, 200]);
  expect(replies[2]?.body.payload.data).toMatchObject({ endpointId: to.endpointId });
  await to.receiver.stop();
});

it('a URL that is too long when it is encoded is refused', async () => {
  const team = await makeTeam(harness, 'provider');
  const url = `http://127.0.0.1:1/${'é'.repeat(1500)}`;
  const reply = await call('POST', '/webhooks/endpoints', { url, events: ['*'] }, team);
  expect([reply.status, ...fieldsOf(reply)]).toEqual([400, 'url']);
});
