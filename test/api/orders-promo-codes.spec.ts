import { DataSource } from 'typeorm';
import { returnRedemption } from '../../src/orders/placing/order-redemptions.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder, postOrder } from '../support/order-factories.js';
import { makeOffering, makePromotion } from '../support/product-offering-factories.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let provider: TestTeam;
let other: TestTeam;
let reseller: TestTeam;
let offer: string;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  offer = await makeOffer(harness, provider);
});
afterAll(() => harness.stop());

const read = (path: string, team = reseller) => harness.call('GET', path, undefined, team);
const post = (items: readonly (string | object)[], more: object = {}) =>
  postOrder(harness, reseller, items, more);
const dataSource = () => harness.app.get(DataSource);

describe('product offerings and promo codes', () => {
  const countOf = async (promotionId: string) => {
    const [row]: { count: number }[] = await dataSource().query(
      'SELECT redemption_count AS count FROM promotions WHERE id = $1',
      [promotionId],
    );
    return row?.count;
  };
  const at = (productOfferingId: string) => ({ productOfferingId });

  it('orders product offerings, and redeems the promo code once for those it covers', async () => {
    const first = await makeOffering(harness, provider);
    const second = await makeOffering(harness, provider, { price: { grossPrice: 10 } });
    const foreign = await makeOffering(harness, other);
    const { promotionId, promoCode } = await makePromotion(harness, provider, { maxRedemptions: 2 });
    const ids = [first, second, foreign].map((each) => at(each.productOfferingId as string));
    const order = await makeOrder(harness, reseller, [offer, ...ids], { promoCode: promoCode.toLowerCase() });
    expect(order.promoCode).toBe(promoCode);
    expect(order.items).toMatchObject([
      { offerId: offer, productOfferingId: null, promoCodeApplied: false },
      {
        offerId: null,
        ...ids[0],
        currency: 'EUR',
        monthlyPrice: 19.9,
        firstMonthlyPrice: 14.92,
        promoCodeApplied: true,
      },
      {
        ...ids[1],
        monthlyPrice: 10,
        firstMonthlyPrice: 7.5,
        snapshot: { price: { netPrice: 7.5, promoCode } },
      },
      {
        ...ids[2],
        monthlyPrice: 19.9,
        firstMonthlyPrice: 19.9,
        promoCodeApplied: false,
        providerId: other.id,
      },
    ]);
    expect(order.items[1].snapshot).not.toHaveProperty('internalDescription');
    expect((await read(`/reseller/orders/${order.orderId}`)).body).toEqual(order);
    expect(await countOf(promotionId)).toBe(1);
  });

  it('redeems a code at most as often as allowed, and nothing for an order that fails', async () => {
    const offering = at((await makeOffering(harness, provider)).productOfferingId as string);
    const { promotionId, promoCode } = await makePromotion(harness, provider, { maxRedemptions: 2 });
    await makeOrder(harness, reseller, [offering], { externalId: 'taken' });
    expect((await post([offering], { promoCode, externalId: 'taken' })).status).toBe(409);
    expect((await post([offering, unknownId], { promoCode })).status).toBe(400);
    expect(await countOf(promotionId)).toBe(0);
    const replies = await Promise.all(Array.from({ length: 6 }, () => post([offering], { promoCode })));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set([undefined, 'PROMO_CODE_INVALID']));
    expect(await countOf(promotionId)).toBe(2);
  });

  it('400 for a code that is unknown or covers nothing in the order', async () => {
    const offering = at((await makeOffering(harness, provider)).productOfferingId as string);
    const { promoCode } = await makePromotion(harness, other);
    const replies = [
      await post([offering], { promoCode: 'NOBODY' }),
      await post([offering], { promoCode }),
      await post([offer], { promoCode }),
    ];
    expect(replies.map(({ body }) => body.code)).toEqual([
      'PROMO_CODE_INVALID',
      'PROMO_CODE_NOT_APPLICABLE',
      'PROMO_CODE_NOT_APPLICABLE',
    ]);
  });

  it('400 for a product offering that is archived, unknown, or of a suspended provider', async () => {
    const suspended = await makeTeam(harness, 'provider');
    const ids: string[] = [];
    for (const team of [provider, suspended])
      ids.push((await makeOffering(harness, team)).productOfferingId as string);
    const hiddenOffer = await makeOffer(harness, suspended);
    await harness.call('POST', `/product-offerings/${ids[0]}/archive`, undefined, provider);
    await harness.call('PATCH', `/admin/teams/${suspended.id}`, { suspended: true }, { key: adminKey });
    const reply = await post([...ids.map(at), at(unknownId), hiddenOffer]);
    expect(fieldsOf(reply)).toEqual([
      'items[0].productOfferingId',
      'items[1].productOfferingId',
      'items[2].productOfferingId',
      'items[3].offerId',
    ]);
  });

  it('returns the promo code when all items that it covers are rejected or cancelled, once', async () => {
    const ids = [await makeOffering(harness, provider), await makeOffering(harness, provider)];
    const { promotionId, promoCode } = await makePromotion(harness, provider);
    const items = [offer, ...ids.map(({ productOfferingId }) => at(productOfferingId as string))];
    const order = await makeOrder(harness, reseller, items, { promoCode });
    const end = (index: number, status: string) =>
      dataSource().transaction(async (manager) => {
        await manager.query('UPDATE order_items SET status = $2 WHERE id = $1', [
          order.items[index].itemId,
          status,
        ]);
        return returnRedemption(manager, order.orderId as string, promotionId as string);
      });
    expect(await end(0, 'rejected')).toBe(false);
    // Both end at the same time; the second one sees the first.
    const returned = await Promise.all([end(1, 'rejected'), end(2, 'cancelled')]);
    expect(returned.toSorted()).toEqual([false, true]);
    expect(await end(2, 'cancelled')).toBe(false);
    expect(await countOf(promotionId)).toBe(0);
    const deleted = await harness.call('DELETE', `/discounts/promotions/${promotionId}`, undefined, provider);
    expect(deleted.status).toBe(204);
    const kept = (await read(`/reseller/orders/${order.orderId}`)).body;
    expect(kept).toMatchObject({ promoCode, items: [{}, { snapshot: { price: { promoCode } } }, {}] });
  });
});
