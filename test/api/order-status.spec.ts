import request from 'supertest';
import { DataSource } from 'typeorm';
import { itemStatuses, type ItemStatus } from '../../src/orders/lifecycle/item-status.js';
import { makeTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder } from '../support/order-factories.js';
import { OrderMoves } from '../support/order-moves.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let moves: OrderMoves;

beforeAll(async () => {
  harness = await start();
  const provider = await makeTeam(harness, 'provider');
  moves = new OrderMoves(
    harness,
    provider,
    await makeTeam(harness, 'reseller'),
    await makeOffer(harness, provider),
  );
});
afterAll(() => harness.stop());

/** The moves of the specification, written out so that a wrong table in the code is found. */
const allowed: Record<ItemStatus, string> = {
  pending: 'submitted_to_provider accepted rejected cancelled',
  submitted_to_provider: 'accepted rejected cancelled',
  accepted: 'scheduled in_progress completed active cancelled failed',
  scheduled: 'in_progress completed active cancelled failed scheduled',
  in_progress: 'completed active failed cancelled scheduled',
  completed: 'active',
  failed: 'scheduled cancelled',
  active: '',
  rejected: '',
  cancelled: '',
};
const wordsOf = (text: string) => (text === '' ? [] : text.split(' '));

describe('every pair of statuses', () => {
  it.each(itemStatuses)(
    'from %s, a provider can move to those of the table, and to no others',
    async (from) => {
      const next = wordsOf(allowed[from]);
      const isFinal = next.length === 0;
      for (const to of itemStatuses) {
        const { itemId } = await moves.placed(from);
        const before = await moves.item(itemId);
        const reply = await moves.move(itemId, to);
        const isAllowed = next.includes(to) || (to === from && !isFinal);
        expect([from, to, reply.status]).toEqual([from, to, isAllowed ? 200 : 409]);
        if (!isAllowed) {
          expect(reply.body).toMatchObject({ code: 'CONFLICT', currentStatus: from, allowedStatuses: next });
          expect(await moves.item(itemId)).toEqual(before);
          continue;
        }
        expect(reply.body).toMatchObject({ status: to, version: before.version + 1 });
        expect(reply.body.history).toHaveLength(before.history.length + 1);
        expect(reply.body.history.at(-1)).toMatchObject({
          status: to,
          previousStatus: from,
          actor: 'provider',
          apiKeyId: moves.provider.keyId,
          event: to === from ? 'updated' : 'status_changed',
        });
      }
    },
  );

  it.each(itemStatuses)('from %s, a reseller can cancel at once, ask for it, or neither', async (from) => {
    const { orderId, itemId } = await moves.placed(from);
    const before = await moves.order(orderId);
    const reply = await moves.cancel(orderId, { reason: 'Moved away', reasonCode: 'customer_moved' });
    if (['pending', 'submitted_to_provider', 'accepted'].includes(from)) {
      expect(reply.body.items[0]).toMatchObject({ status: 'cancelled', reasonCode: 'customer_moved' });
      expect(reply.body.history.at(-1)).toMatchObject({
        itemId,
        status: 'cancelled',
        previousStatus: from,
        actor: 'reseller',
        apiKeyId: moves.reseller.keyId,
        notes: 'Moved away',
      });
      expect((await moves.item(itemId)).history.at(-1)).toMatchObject({
        notes: 'Moved away',
        apiKeyId: null,
      });
    } else if (['scheduled', 'in_progress'].includes(from)) {
      expect(reply.body.items[0]).toMatchObject({ status: from, reasonCode: null });
      const { cancelRequested } = await moves.item(itemId);
      expect(cancelRequested).toMatchObject({ reason: 'Moved away', reasonCode: 'customer_moved' });
      expect(reply.body.history.at(-1)).toMatchObject({ event: 'cancellation_requested', status: from });
    } else {
      expect([reply.status, reply.body.currentStatus]).toEqual([409, from]);
      expect(await moves.order(orderId)).toEqual(before);
    }
    // Neither of them is possible twice.
    expect((await moves.cancel(orderId)).status).toBe(409);
  });
});

describe('PATCH /provider/orders/{itemId}/status', () => {
  it('keeps what is sent along, and shows it to both sides', async () => {
    const { orderId, itemId } = await moves.placed('accepted');
    const milestones = [
      { name: 'Router shipped', plannedFor: '2026-02-06T01:00:00+01:00' },
      { name: 'Line tested', reachedAt: '2026-02-05T00:00:00Z' },
    ];
    const reply = await moves.move(itemId, 'scheduled', {
      providerNotes: 'Ring twice',
      scheduledFor: '2026-02-10T09:00:00+01:00',
      scheduledUntil: '2026-02-10T12:00:00Z',
      milestones,
      jeopardy: { reason: 'Duct blocked', expectedAt: '2026-02-17T17:00:00Z' },
      metadata: { workOrder: 'W-1', a: 1 },
    });
    expect(reply.status).toBe(200);
    const shown = {
      status: 'scheduled',
      providerNotes: 'Ring twice',
      scheduledFor: '2026-02-10T08:00:00.000Z',
      scheduledUntil: '2026-02-10T12:00:00.000Z',
      milestones: [
        { name: 'Router shipped', plannedFor: '2026-02-06T00:00:00.000Z', reachedAt: null },
        { name: 'Line tested', plannedFor: null, reachedAt: '2026-02-05T00:00:00.000Z' },
      ],
      jeopardy: { reason: 'Duct blocked', expectedAt: '2026-02-17T17:00:00.000Z' },
      overdue: false,
      metadata: { workOrder: 'W-1', a: 1 },
    };
    expect(reply.body).toMatchObject(shown);
    expect((await moves.order(orderId)).items[0]).toMatchObject(shown);
    expect(reply.body.history.at(-1)).toMatchObject({
      notes: 'Ring twice',
      scheduledFor: shown.scheduledFor,
      changes: {
        milestones: shown.milestones,
        jeopardy: shown.jeopardy,
        metadata: { workOrder: 'W-1', a: 1 },
      },
    });
    expect(reply.text).toBe(
      (await harness.call('GET', `/provider/orders/${itemId}`, undefined, moves.provider)).text,
    );

    const again = await moves.move(itemId, 'scheduled', {
      scheduledFor: '2026-02-11T08:00:00Z',
      metadata: JSON.parse('{"a":null,"b":2,"__proto__":{"x":1}}') as object,
      milestones: null,
    });
    expect(again.body).toMatchObject({
      scheduledFor: '2026-02-11T08:00:00.000Z',
      scheduledUntil: null,
      providerNotes: 'Ring twice',
      milestones: [],
      jeopardy: { since: reply.body.jeopardy.since },
    });
    expect(again.text).toContain('"metadata":{"workOrder":"W-1","b":2,"__proto__":{"x":1}}');
    const done = await moves.move(itemId, 'active', { providerNotes: null });
    expect(done.body).toMatchObject({
      providerNotes: null,
      jeopardy: null,
      scheduledFor: again.body.scheduledFor,
    });
    expect(done.body.history.at(-1)).toMatchObject({
      notes: null,
      changes: { providerNotes: null, jeopardy: null },
    });
    expect(done.body.activatedAt).toBe(done.body.history.at(-1).timestamp);
    expect(done.body.acceptedAt).toBe(done.body.history[2].timestamp);
    expect(Date.parse(done.body.personalDataUntil)).toBeGreaterThan(Date.parse(done.body.activatedAt));
  });

  it.each([
    ['status', { status: 'ACTIVE' }],
    ['status', { status: null }],
    ['scheduledFor', { scheduledFor: 'tomorrow' }],
    ['scheduledFor', { scheduledFor: '2026-02-10T08:00:00' }],
    ['scheduledFor', { scheduledUntil: '2026-02-10T08:00:00Z' }],
    ['scheduledUntil', { scheduledFor: '2026-02-10T08:00:00Z', scheduledUntil: '2026-02-10T07:59:59Z' }],
    ['milestones[1].name', { milestones: [{ name: 'a' }, { name: 'a' }] }],
    ['milestones[0].reachedAt', { milestones: [{ name: 'a', reachedAt: 'now' }] }],
    ['jeopardy.reason', { jeopardy: {} }],
    ['jeopardy', { status: 'failed', jeopardy: { reason: 'late' } }],
    ['reasonCode', { reasonCode: 'no_access' }],
    ['reasonCode', { status: 'failed', reasonCode: 'customer_moved' }],
    ['reasonCode', { status: 'failed', reasonCode: 'because' }],
    ['metadata', { metadata: { long: 'x'.repeat(16_384) } }],
    ['notes', { notes: 'x' }],
  ])('400 names %s', async (field, body) => {
    const { itemId } = await placedOnce();
    const reply = await moves.move(itemId, 'scheduled', body);
    expect([reply.status, fieldsOf(reply)]).toEqual([400, [field]]);
  });

  let once: Promise<{ itemId: string }> | undefined;
  const placedOnce = () => (once ??= moves.placed('accepted'));

  it('keeps a reason for as long as the status lasts', async () => {
    const { itemId } = await moves.placed('accepted');
    const failed = await moves.move(itemId, 'failed', { reasonCode: 'no_access' });
    expect(failed.body).toMatchObject({ reasonCode: 'no_access' });
    expect(failed.body.personalDataUntil).not.toBeNull();
    expect((await moves.move(itemId, 'failed', { providerNotes: 'x' })).body.reasonCode).toBe('no_access');
    const { body } = await moves.move(itemId, 'scheduled');
    expect(body).toMatchObject({ reasonCode: null, personalDataUntil: null });
    expect(body.history.map((each: { reasonCode: string }) => each.reasonCode)).toEqual([
      null,
      null,
      null,
      'no_access',
      'no_access',
      null,
    ]);
  });

  it('metadata stays small when it is merged again and again', async () => {
    const { itemId } = await moves.placed('accepted');
    const part = { text: 'x'.repeat(9000) };
    expect((await moves.move(itemId, 'accepted', { metadata: { a: part } })).status).toBe(200);
    expect(fieldsOf(await moves.move(itemId, 'accepted', { metadata: { b: part } }))).toEqual(['metadata']);
    expect((await moves.move(itemId, 'accepted', { metadata: { a: null, b: part } })).status).toBe(200);
  });

  it('honours If-Match, and returns the ETag of the item', async () => {
    const { orderId, itemId } = await moves.placed();
    const first = await harness.call('GET', `/provider/orders/${itemId}`, undefined, moves.provider);
    const match = { 'if-match': first.headers.etag ?? '' };
    const moved = await moves.move(itemId, 'accepted', {}, match);
    expect(moved.status).toBe(200);
    const now = await harness.call('GET', `/provider/orders/${itemId}`, undefined, moves.provider);
    expect(moved.headers.etag).toBe(now.headers.etag);
    expect((await moves.move(itemId, 'active', {}, match)).status).toBe(412);
    const order = await harness.call('GET', `/reseller/orders/${orderId}`, undefined, moves.reseller);
    expect((await moves.cancel(orderId, {}, { 'if-match': '"v1"' })).status).toBe(412);
    const cancelled = await moves.cancel(orderId, {}, { 'if-match': order.headers.etag ?? '' });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
  });

  it('404 for unknown items and those of another provider, 403 for resellers', async () => {
    const other = await makeTeam(harness, 'provider');
    const { items } = await makeOrder(harness, moves.reseller, [
      moves.offerId,
      await makeOffer(harness, other),
    ]);
    const [mine, theirs] = items.map(({ itemId }: { itemId: string }) => itemId);
    const texts = new Set<string>();
    for (const id of [theirs, unknownId, 'x']) {
      for (const reply of [await moves.move(id, 'accepted'), await moves.answer(id, 'accept')]) {
        expect(reply.status).toBe(404);
        texts.add(reply.body.detail);
      }
    }
    expect([...texts]).toEqual(['Order item not found']);
    const path = `/provider/orders/${mine}/status`;
    expect((await harness.call('PATCH', path, { status: 'accepted' }, moves.reseller)).status).toBe(403);
    expect((await moves.item(mine)).status).toBe('submitted_to_provider');
  });

  it('a repeated Idempotency-Key moves the item once', async () => {
    const { orderId, itemId } = await moves.placed();
    const key = { 'idempotency-key': 'move-1' };
    const first = await moves.move(itemId, 'accepted', { providerNotes: 'Yes' }, key);
    const again = await moves.move(itemId, 'accepted', { providerNotes: 'Yes' }, key);
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await moves.item(itemId)).history).toHaveLength(3);
    expect((await moves.move(itemId, 'active', {}, key)).status).toBe(422);
    const cancelled = [await moves.cancel(orderId, {}, key), await moves.cancel(orderId, {}, key)];
    expect(cancelled.map(({ status }) => status)).toEqual([200, 200]);
    expect(cancelled[1]?.text).toBe(cancelled[0]?.text);
    // A stored conflict is also repeated.
    const failed = { 'idempotency-key': 'move-2' };
    expect((await moves.move(itemId, 'active', {}, failed)).status).toBe(409);
    expect((await moves.move(itemId, 'active', {}, failed)).headers['idempotency-replayed']).toBe('true');
  });

  it('a history that is too long accepts only the end of the item', async () => {
    const { itemId } = await moves.placed('accepted');
    const full = {
      status: 409,
      currentStatus: 'accepted',
      allowedStatuses: ['completed', 'active', 'cancelled', 'failed'],
    };
    // Without the checks of the harness, which take most of the time. The texts of 30 entries are more than 1 MiB.
    const texts = { providerNotes: '\u{10FFFF}'.repeat(5000), metadata: { text: 'x'.repeat(16_000) } };
    for (let n = 0; n < 30; n += 1)
      await request(harness.url)
        .patch(`/provider/orders/${itemId}/status`)
        .set('x-api-key', moves.provider.key)
        .send({ status: 'accepted', ...texts });
    expect((await moves.move(itemId, 'accepted')).body).toMatchObject(full);
    expect((await moves.move(itemId, 'active')).status).toBe(200);

    const other = (await moves.placed('accepted')).itemId;
    await harness.app.get(DataSource).query('UPDATE order_items SET version = 1000 WHERE id = $1', [other]);
    expect((await moves.move(other, 'scheduled')).body).toMatchObject(full);
    expect((await moves.move(other, 'cancelled')).status).toBe(200);
  });
});
