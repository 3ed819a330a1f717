import { DataSource } from 'typeorm';
import { eventTypeNames } from '../../src/events/event-types.js';
import { eventStatuses } from '../../src/events/data/order-events.dto.js';
import { itemStatuses } from '../../src/orders/lifecycle/item-status.js';
import { ExpiredOrderEvents } from '../../src/orders/personal-data/expired-events.service.js';
import { EventStream, getEvents, type ReceivedEvent } from '../support/events.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder, serviceAddress } from '../support/order-factories.js';
import { OrderMoves } from '../support/order-moves.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let offerId: string;
let orders: OrderMoves;
let toProvider: EventStream;
let toReseller: EventStream;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  offerId = await makeOffer(harness, provider);
  orders = new OrderMoves(harness, provider, reseller, offerId);
  toProvider = new EventStream(harness, provider);
  toReseller = new EventStream(harness, reseller);
});

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const typesOf = (events: readonly ReceivedEvent[]) => events.map(({ event }) => event);
const dataOf = ([event]: readonly ReceivedEvent[]) => event?.data;

it('knows the statuses of order items', () => {
  expect(eventStatuses).toEqual(itemStatuses);
});

it('tells the provider of each item that was ordered, and of cancellations', async () => {
  const other = await makeTeam(harness, 'provider');
  const otherOffer = await makeOffer(harness, other, { name: 'TV basic' });
  const order = await makeOrder(harness, reseller, [offerId, otherOffer], { externalId: 'secret-crm-1' });
  const [mine, theirs] = order.items as { itemId: string }[];
  const [created] = await toProvider.take(1);
  expect(created).toEqual({
    id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
    event: 'order.created',
    timestamp: order.createdAt,
    data: {
      orderId: order.orderId,
      itemId: mine?.itemId,
      offerId,
      productOfferingId: null,
      offerName: 'Fibre 500',
      version: 2,
      resellerTeamId: reseller.id,
      resellerName: reseller.name,
      status: 'submitted_to_provider',
      serviceAddress,
    },
  });
  const ofOther = await new EventStream(harness, other).take(1);
  expect(dataOf(ofOther)).toMatchObject({ itemId: theirs?.itemId, offerName: 'TV basic' });
  expect(ofOther[0]?.id).not.toBe(created?.id);

  await orders.move(mine?.itemId ?? '', 'accepted');
  await orders.move(mine?.itemId ?? '', 'scheduled');
  const reason = { reason: 'The customer moves.', reasonCode: 'customer_moved' };
  expect((await orders.cancel(order.orderId, reason)).status).toBe(200);
  const [asked] = await toProvider.take(1);
  expect(asked).toMatchObject({ event: 'order.cancel_requested', data: { ...reason, status: 'scheduled' } });
  const [cancelled] = await new EventStream(harness, other).take(2).then((events) => events.slice(1));
  expect(cancelled).toMatchObject({
    event: 'order.cancelled',
    data: {
      ...reason,
      itemId: theirs?.itemId,
      previousStatus: 'submitted_to_provider',
      cancelledBy: 'reseller',
    },
  });
  expect(JSON.stringify([created, asked, cancelled])).not.toContain('secret-crm');
});

it('tells the reseller of every change that the provider makes', async () => {
  const { orderId, items } = await makeOrder(harness, reseller, [offerId], { externalId: 'crm-2' });
  const itemId = items[0].itemId as string;
  const base = {
    orderId,
    itemId,
    offerId,
    productOfferingId: null,
    offerName: 'Fibre 500',
    providerTeamId: provider.id,
    externalId: 'crm-2',
  };
  await orders.move(itemId, 'accepted', { providerNotes: 'Thanks' });
  const state = { reasonCode: null, scheduledFor: null, scheduledUntil: null, jeopardy: null };
  expect(await toReseller.take(1)).toEqual([
    {
      id: expect.any(String),
      event: 'order.status_changed',
      timestamp: (await orders.item(itemId)).updatedAt,
      data: {
        ...base,
        ...state,
        version: 3,
        providerNotes: 'Thanks',
        previousStatus: 'submitted_to_provider',
        newStatus: 'accepted',
        cancellationFee: null,
        currency: 'USD',
      },
    },
  ]);

  const appointment = {
    scheduledFor: '2026-05-01T10:00:00+02:00',
    scheduledUntil: '2026-05-01T12:00:00+02:00',
  };
  await orders.move(itemId, 'scheduled', appointment);
  const scheduled = await toReseller.take(2);
  expect(typesOf(scheduled)).toEqual(['order.status_changed', 'order.scheduled']);
  expect(scheduled[1]?.data).toEqual({
    ...base,
    version: 4,
    providerNotes: 'Thanks',
    status: 'scheduled',
    scheduledFor: '2026-05-01T08:00:00.000Z',
    scheduledUntil: '2026-05-01T10:00:00.000Z',
  });

  await orders.move(itemId, 'scheduled', {
    scheduledFor: '2026-05-02T08:00:00Z',
    milestones: [{ name: 'Router shipped' }],
    metadata: { ticket: 'T-1' },
    jeopardy: { reason: 'The duct is blocked.', expectedAt: '2026-05-09T08:00:00Z' },
  });
  const moved = await toReseller.take(3);
  expect(typesOf(moved)).toEqual(['order.updated', 'order.scheduled', 'order.jeopardy']);
  const jeopardy = {
    reason: 'The duct is blocked.',
    expectedAt: '2026-05-09T08:00:00.000Z',
    since: moved[0]?.timestamp,
  };
  expect(moved[0]?.data).toMatchObject({
    status: 'scheduled',
    scheduledFor: '2026-05-02T08:00:00.000Z',
    scheduledUntil: null,
    milestones: [{ name: 'Router shipped', plannedFor: null, reachedAt: null }],
    metadata: { ticket: 'T-1' },
    jeopardy,
  });
  expect(moved[2]?.data).toMatchObject({ status: 'scheduled', ...jeopardy });

  await orders.move(itemId, 'scheduled', { providerNotes: 'Soon' });
  expect(typesOf(await toReseller.take(1))).toEqual(['order.updated']);

  await orders.cancel(orderId, {});
  await orders.answer(itemId, 'decline', { providerNotes: 'The van is on its way.' });
  const declined = await toReseller.take(2);
  expect(typesOf(declined)).toEqual(['order.updated', 'order.cancel_declined']);
  expect(declined[1]?.data).toMatchObject({ status: 'scheduled', providerNotes: 'The van is on its way.' });

  await orders.move(itemId, 'completed', { metadata: { accountNumber: 100200 } });
  const completed = await toReseller.take(2);
  expect(typesOf(completed)).toEqual(['order.status_changed', 'order.completed']);
  expect(completed[1]?.data).toMatchObject({ status: 'completed', accountNumber: '100200' });
  expect(completed[0]?.data).toMatchObject({ jeopardy: null });
  await orders.move(itemId, 'active');
  expect(typesOf(await toReseller.take(1))).toEqual(['order.status_changed']);
  // All of them have reached only the reseller.
  expect(typesOf(await toProvider.take(2))).toEqual(['order.created', 'order.cancel_requested']);
});

it('gives the reason of a rejection and the fee of a cancellation', async () => {
  const rejected = await orders.placed();
  await orders.move(rejected.itemId, 'rejected', {
    providerNotes: 'Not connected',
    reasonCode: 'not_serviceable',
  });
  const [, withNotes] = await toReseller.take(2);
  expect(withNotes).toMatchObject({
    event: 'order.rejected',
    data: { reason: 'Not connected', reasonCode: 'not_serviceable' },
  });
  const other = await orders.placed();
  await orders.move(other.itemId, 'rejected', {
    providerNotes: 'Sorry',
    metadata: { reason: 'No capacity' },
  });
  const [, withMetadata] = await toReseller.take(2);
  expect(withMetadata?.data).toMatchObject({ reason: 'No capacity', providerNotes: 'Sorry' });

  const cancelled = await orders.placed('scheduled');
  await toReseller.take(3);
  await orders.cancel(cancelled.orderId, { reasonCode: 'customer_moved' });
  await orders.answer(cancelled.itemId, 'accept', { fee: 12.5 });
  expect(dataOf(await toReseller.take(1))).toMatchObject({
    newStatus: 'cancelled',
    reasonCode: 'customer_moved',
    cancellationFee: 12.5,
    currency: 'USD',
  });

  const direct = await orders.placed('active');
  const events = await toReseller.take(3);
  expect(typesOf(events)).toEqual(['order.status_changed', 'order.status_changed', 'order.completed']);
  expect(events[2]?.data).toMatchObject({ itemId: direct.itemId, status: 'active', accountNumber: null });
});

it('writes nothing for a change that is refused or rolled back', async () => {
  const { itemId } = await orders.placed();
  await toProvider.take(1);
  expect((await orders.move(itemId, 'completed')).status).toBe(409);
  const [{ count }] = (await sql(`SELECT count(*)::int AS count FROM events WHERE subject = $1`, [
    itemId,
  ])) as [{ count: number }];
  expect(count).toBe(1);
  const body = { items: [{ offerId: crypto.randomUUID() }], customerInfo: {}, serviceAddress };
  expect((await harness.call('POST', '/reseller/orders', body, reseller)).status).toBe(400);
  await toProvider.take(0);
});

it('keeps the events of an item in the order of its changes, whoever makes them', async () => {
  const { itemId } = await orders.placed('accepted');
  await toReseller.take(1);
  const notes = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  const replies = await Promise.all(
    notes.map((providerNotes) => orders.move(itemId, 'accepted', { providerNotes })),
  );
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  const versions = (await toReseller.take(notes.length)).map(({ data }) => data.version as number);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  expect(new Set(versions).size).toBe(notes.length);
  const bySubject = await getEvents(harness, reseller, {
    subject: itemId.toUpperCase(),
    types: 'order.updated',
  });
  expect(bySubject.body.events).toHaveLength(notes.length);
});

it('stores what can be personal only encrypted', async () => {
  const { itemId } = await orders.placed('accepted');
  await toProvider.take(1);
  const rows = (await sql('SELECT payload, sealed, data_key_id AS key FROM events WHERE subject = $1', [
    itemId,
  ])) as {
    payload: Buffer | null;
    sealed: Buffer;
    key: string;
  }[];
  expect(rows.map(({ payload, key }) => [payload, key])).toEqual([
    [null, 'test'],
    [null, 'test'],
  ]);
  expect(rows.every(({ sealed }) => !sealed.toString('latin1').includes('Hidden Hollow'))).toBe(true);
});

it('deletes the events of erased orders, also those that nobody has received yet', async () => {
  const { orderId, itemId } = await orders.placed('accepted');
  const kept = await orders.placed();
  await toProvider.take(2);
  await toReseller.take(1);
  // Probably, the router has not come to it yet.
  await sql(
    `INSERT INTO events (id, team_id, type, subject, payload, created_at, routed)
      VALUES (gen_random_uuid(), $1, 'order.updated', $2, '{}', now(), false)`,
    [provider.id, itemId],
  );
  const erase = { orderId, force: true };
  expect((await harness.call('POST', '/reseller/customers/erase', erase, reseller)).status).toBe(200);
  const left = (await sql(`SELECT subject FROM events WHERE subject IN ($1, $2)`, [
    itemId,
    kept.itemId,
  ])) as object[];
  expect(left).toEqual([{ subject: kept.itemId }]);
  for (const team of [provider, reseller])
    expect((await getEvents(harness, team, { subject: itemId })).body.events).toEqual([]);
  // What the provider writes afterwards contains no metadata, which the reseller does not see any more.
  await orders.move(itemId, 'accepted', { metadata: { accountNumber: 'A-1' } });
  expect(dataOf(await toReseller.take(1))).toMatchObject({ metadata: null, externalId: null });
});

it('shows a provider no events with personal data after its time is over, and deletes them', async () => {
  const { itemId } = await orders.placed('rejected');
  const open = await orders.placed();
  await toProvider.take(2);
  const subjects = async (team: TestTeam) =>
    (await getEvents(harness, team, { types: 'order.*', limit: 100 })).body.events.map(
      ({ data }: ReceivedEvent) => data.itemId,
    ) as string[];
  const settings = { personalDataDays: 1 };
  expect((await harness.call('PATCH', '/provider/order-settings', settings, provider)).status).toBe(200);
  await sql(`UPDATE order_items SET ended_at = now() - interval '25 hours' WHERE id = $1`, [itemId]);
  expect(await subjects(provider)).not.toContain(itemId);
  expect(await subjects(provider)).toContain(open.itemId);
  await harness.app.get(ExpiredOrderEvents).deleteExpired();
  const left = (await sql(`SELECT type FROM events WHERE subject = $1 ORDER BY seq`, [itemId])) as object[];
  expect(left).toEqual([{ type: 'order.status_changed' }, { type: 'order.rejected' }]);
  expect(await subjects(reseller)).toContain(itemId);
});

it('has produced every event about orders', async () => {
  const rows = (await sql('SELECT DISTINCT type FROM event_recipients')) as { type: string }[];
  const produced = rows.map(({ type }) => type);
  expect(eventTypeNames.filter((type) => type.startsWith('order.') && !produced.includes(type))).toEqual([]);
});
