import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder } from '../support/order-factories.js';
import { OrderMoves } from '../support/order-moves.js';
import { makeOffering, makePromotion } from '../support/product-offering-factories.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let moves: OrderMoves;
let other: TestTeam;

beforeAll(async () => {
  harness = await start();
  const provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  const offer = await makeOffer(harness, provider, { currency: 'JPY', monthlyPrice: 4400 });
  moves = new OrderMoves(harness, provider, await makeTeam(harness, 'reseller'), offer);
});
afterAll(() => harness.stop());

const get = (path: string, team: TestTeam) => harness.call('GET', path, undefined, team);

describe('PATCH /reseller/orders/{orderId}/cancel', () => {
  it('200 cancels what it can and leaves the rest; 409 if there is nothing', async () => {
    const offers = [
      moves.offerId,
      await makeOffer(harness, moves.provider),
      await makeOffer(harness, moves.provider),
    ];
    const { orderId, items } = await makeOrder(harness, moves.reseller, offers);
    const [active, pending, scheduled] = items.map(({ itemId }: { itemId: string }) => itemId);
    for (const status of ['accepted', 'active']) await moves.move(active, status);
    for (const status of ['accepted', 'scheduled']) await moves.move(scheduled, status);
    const before = await moves.item(active);
    const reply = await moves.cancel(orderId);
    expect(reply.status).toBe(200);
    const states = (reply.body.items as { status: string; cancelRequested: object | null }[]).map(
      ({ status, cancelRequested }) => [status, cancelRequested !== null],
    );
    expect(states).toEqual([
      ['active', false],
      ['cancelled', false],
      ['scheduled', true],
    ]);
    expect(reply.body.status).toBe('scheduled');
    expect(reply.headers.etag).toBe((await get(`/reseller/orders/${orderId}`, moves.reseller)).headers.etag);
    expect(await moves.item(active)).toEqual(before);
    expect((await moves.item(pending)).history).toHaveLength(3);
    const again = await moves.cancel(orderId);
    expect(again.body).toMatchObject({ status: 409, currentStatus: 'scheduled', allowedStatuses: [] });
    const allActive = await moves.placed('active');
    expect((await moves.cancel(allActive.orderId, {})).status).toBe(409);
  });

  it('cancels only the given items', async () => {
    const { orderId, items } = await makeOrder(harness, moves.reseller, [
      moves.offerId,
      await makeOffer(harness, other),
    ]);
    const foreign = (await moves.placed()).itemId;
    const refused = await moves.cancel(orderId, { itemIds: [items[1].itemId, foreign, unknownId] });
    expect([refused.status, fieldsOf(refused)]).toEqual([400, ['itemIds[1]', 'itemIds[2]']]);
    for (const itemIds of [[], ['x'], 'x', [items[0].itemId, items[0].itemId]])
      expect((await moves.cancel(orderId, { itemIds })).status).toBe(400);
    expect((await moves.cancel(orderId, { reasonCode: 'no_capacity' })).status).toBe(400);
    const reply = await moves.cancel(orderId, { itemIds: [items[1].itemId.toUpperCase()] });
    expect(reply.body.items.map(({ status }: { status: string }) => status)).toEqual([
      'submitted_to_provider',
      'cancelled',
    ]);
    expect((await moves.cancel(orderId, { itemIds: [items[1].itemId] })).status).toBe(409);
  });

  it('404 for orders of others, 403 for providers', async () => {
    const { orderId } = await moves.placed();
    const stranger = await makeTeam(harness, 'reseller');
    const path = `/reseller/orders/${orderId}/cancel`;
    expect((await harness.call('PATCH', path, {}, stranger)).status).toBe(404);
    expect((await harness.call('PATCH', path, {}, moves.provider)).status).toBe(403);
    for (const id of [unknownId, 'x']) expect((await moves.cancel(id)).status).toBe(404);
  });

  it('returns the promo code when all items that it covers are rejected or cancelled', async () => {
    const ids = [await makeOffering(harness, moves.provider), await makeOffering(harness, moves.provider)];
    const { promoCode, promotionId } = await makePromotion(harness, moves.provider);
    const counted = async () => {
      const sql = 'SELECT redemption_count AS count FROM promotions WHERE id = $1';
      return ((await harness.app.get(DataSource).query(sql, [promotionId])) as { count: number }[])[0]?.count;
    };
    const wanted = [moves.offerId, ...ids.map(({ productOfferingId }) => ({ productOfferingId }))];
    const { orderId, items } = await makeOrder(harness, moves.reseller, wanted, { promoCode });
    await moves.move(items[1].itemId, 'rejected');
    expect(await counted()).toBe(1);
    await moves.cancel(orderId);
    expect(await counted()).toBe(0);
    // Failing is not the end, so the code is returned only when the item is cancelled.
    const second = await makeOrder(
      harness,
      moves.reseller,
      [{ productOfferingId: ids[0].productOfferingId }],
      {
        promoCode,
      },
    );
    for (const status of ['accepted', 'failed']) await moves.move(second.items[0].itemId, status);
    expect(await counted()).toBe(1);
    await moves.move(second.items[0].itemId, 'cancelled');
    expect(await counted()).toBe(0);
  });
});

describe('PATCH /provider/orders/{itemId}/cancellation', () => {
  const requested = async () => {
    const placed = await moves.placed('in_progress');
    await moves.cancel(placed.orderId, { reason: 'Moved away', reasonCode: 'customer_moved' });
    return placed;
  };

  it('accepts with a fee in the currency of the item', async () => {
    const { orderId, itemId } = await requested();
    expect(fieldsOf(await moves.answer(itemId, 'accept', { fee: 10.5 }))).toEqual(['fee']);
    expect(fieldsOf(await moves.answer(itemId, 'accept', { fee: -1 }))).toEqual(['fee']);
    expect(fieldsOf(await moves.answer(itemId, 'maybe'))).toEqual(['decision']);
    const reply = await moves.answer(itemId, 'accept', { fee: 1500, providerNotes: 'The router is used' });
    const shown = {
      status: 'cancelled',
      cancellationFee: 1500,
      currency: 'JPY',
      cancelRequested: null,
      reasonCode: 'customer_moved',
      providerNotes: 'The router is used',
    };
    expect(reply.body).toMatchObject(shown);
    const order = await moves.order(orderId);
    expect(order.items[0]).toMatchObject(shown);
    expect(order.history.at(-1)).toMatchObject({
      event: 'cancellation_accepted',
      previousStatus: 'in_progress',
      status: 'cancelled',
      actor: 'provider',
      apiKeyId: null,
      changes: { cancellationFee: 1500 },
    });
    expect((await moves.answer(itemId, 'accept')).body).toMatchObject({
      status: 409,
      currentStatus: 'cancelled',
    });
  });

  it('declines with a reason, after which the reseller can ask again', async () => {
    const { orderId, itemId } = await requested();
    expect(fieldsOf(await moves.answer(itemId, 'decline'))).toEqual(['providerNotes']);
    expect(fieldsOf(await moves.answer(itemId, 'decline', { fee: 1, providerNotes: 'No' }))).toEqual(['fee']);
    const reply = await moves.answer(itemId, 'decline', { providerNotes: 'Nearly done' });
    expect(reply.body).toMatchObject({ status: 'in_progress', cancelRequested: null, cancellationFee: null });
    expect(reply.body.history.at(-1)).toMatchObject({ event: 'cancellation_declined', notes: 'Nearly done' });
    expect((await moves.answer(itemId, 'accept')).status).toBe(409);
    expect((await moves.cancel(orderId)).body.items[0].cancelRequested).toMatchObject({ reason: null });
  });

  it.each([
    ['completed', 'cancellation_declined', false],
    ['active', 'cancellation_declined', false],
    ['cancelled', 'cancellation_accepted', false],
    ['scheduled', 'status_changed', true],
    ['failed', 'status_changed', true],
    ['in_progress', 'updated', true],
  ])('the status %s: %s', async (status, event, isOpen) => {
    const { itemId } = await requested();
    const { body } = await moves.move(itemId, status);
    expect(body).toMatchObject({ status, reasonCode: status === 'cancelled' ? 'customer_moved' : null });
    expect(body.cancelRequested !== null).toBe(isOpen);
    expect(body.history.at(-1)).toMatchObject({ event, status, previousStatus: 'in_progress' });
    if (isOpen) expect((await moves.answer(itemId, 'accept')).body.status).toBe('cancelled');
  });
});

it('both sides find open requests for cancellation, and items that will be late', async () => {
  const asked = await moves.placed('scheduled');
  await moves.cancel(asked.orderId);
  const late = await moves.placed('scheduled');
  await moves.move(late.itemId, 'scheduled', { jeopardy: { reason: 'Duct blocked' } });
  const idsAt = async (path: string, team: TestTeam) =>
    ((await get(path, team)).body as { id?: string; orderId: string }[]).map(
      ({ id, orderId }) => id ?? orderId,
    );
  for (const [filter, found, not] of [
    ['cancelRequested', asked, late],
    ['jeopardy', late, asked],
  ] as const) {
    const items = await idsAt(`/provider/orders?${filter}=true`, moves.provider);
    expect([items[0], items.includes(not.itemId)]).toEqual([found.itemId, false]);
    const orders = await idsAt(`/reseller/orders?${filter}=true&status=scheduled`, moves.reseller);
    expect([orders[0], orders.includes(not.orderId)]).toEqual([found.orderId, false]);
    const others = await idsAt(`/provider/orders?${filter}=false`, moves.provider);
    expect([others.includes(found.itemId), others.includes(not.itemId)]).toEqual([false, true]);
    const search = { [filter]: true, customerName: 'Quastenflosser' };
    const { body } = await harness.call('POST', '/reseller/orders/search', search, moves.reseller);
    expect(body.items[0].orderId).toBe(found.orderId);
  }
});

describe('internal notes', () => {
  it('are never visible to the other side', async () => {
    const { orderId, itemId } = await moves.placed();
    const paths = {
      reseller: [
        `/reseller/orders/${orderId}`,
        '/reseller/orders?limit=100',
        { method: 'POST', path: '/reseller/orders/search', body: { limit: 100 } },
        { method: 'PATCH', path: `/reseller/orders/${orderId}/items/${itemId}/internal`, body: {} },
      ],
      provider: [
        `/provider/orders/${itemId}`,
        '/provider/orders?limit=100',
        { method: 'PATCH', path: `/provider/orders/${itemId}/internal`, body: {} },
        {
          method: 'PATCH',
          path: `/provider/orders/${itemId}/status`,
          body: { status: 'submitted_to_provider' },
        },
      ],
    };
    const read = async (side: 'reseller' | 'provider') => {
      const replies = [];
      for (const each of paths[side]) {
        const { method, path, body } =
          typeof each === 'string' ? { method: 'GET', path: each, body: undefined } : each;
        const reply = await harness.call(method, path, body, moves[side]);
        expect(reply.status).toBe(200);
        replies.push(reply);
      }
      return replies;
    };
    const before = await get(`/reseller/orders/${orderId}`, moves.reseller);
    const theirs = { assignee: 'Pia Provider', notes: 'secret of the provider' };
    const set = await harness.call('PATCH', `/provider/orders/${itemId}/internal`, theirs, moves.provider);
    expect(set.body.internal).toEqual(theirs);
    const after = await get(`/reseller/orders/${orderId}`, moves.reseller);
    expect([after.text, after.headers.etag]).toEqual([before.text, before.headers.etag]);

    const own = `/reseller/orders/${orderId}/items/${itemId}/internal`;
    const ours = { assignee: 'Rex Reseller', notes: 'secret of the reseller' };
    const seen = await get(`/provider/orders/${itemId}`, moves.provider);
    const match = { 'if-match': after.headers.etag ?? '' };
    const mine = await harness.call('PATCH', own, ours, { key: moves.reseller.key, headers: match });
    expect([mine.status, mine.body.items[0].internal]).toEqual([200, ours]);
    expect((await harness.call('PATCH', own, ours, { key: moves.reseller.key, headers: match })).status).toBe(
      412,
    );
    const still = await get(`/provider/orders/${itemId}`, moves.provider);
    expect([still.text, still.headers.etag]).toEqual([seen.text, seen.headers.etag]);

    for (const reply of await read('reseller')) {
      expect(reply.text).toContain('Rex Reseller');
      expect(reply.text).not.toMatch(/Pia Provider|secret of the provider/);
    }
    for (const reply of await read('provider')) {
      expect(reply.text).toContain('Pia Provider');
      expect(reply.text).not.toMatch(/Rex Reseller|secret of the reseller/);
    }
    const cancelled = await moves.cancel(orderId, { reason: 'Enough' });
    expect(cancelled.text).not.toMatch(/Pia Provider|secret of the provider/);
    const patch = (body: object) => harness.call('PATCH', own, body, moves.reseller);
    expect((await patch({ assignee: null })).body.items[0].internal).toEqual({
      assignee: null,
      notes: ours.notes,
    });
    expect(fieldsOf(await patch({ assignee: 1, note: 'x' }))).toEqual(['note', 'assignee']);
    const stored: unknown[] = await harness.app
      .get(DataSource)
      .query('SELECT d::text FROM order_item_desks d');
    expect(stored).toHaveLength(2);
    expect(JSON.stringify(stored)).not.toContain('secret');
  });

  it('404 for items of others', async () => {
    const { orderId } = await moves.placed();
    const { itemId } = await moves.placed();
    const paths: [string, TestTeam][] = [
      [`/provider/orders/${itemId}/internal`, other],
      [`/provider/orders/x/internal`, moves.provider],
      [`/reseller/orders/${orderId}/items/${itemId}/internal`, moves.reseller],
      [`/reseller/orders/x/items/${itemId}/internal`, moves.reseller],
    ];
    for (const [path, team] of paths)
      expect((await harness.call('PATCH', path, { notes: 'x' }, team)).status).toBe(404);
  });
});
