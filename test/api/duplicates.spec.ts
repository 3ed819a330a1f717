import { uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeProduct, makePromotion } from '../support/product-offering-factories.js';
import { planAttributes, Shop } from '../support/subscriptions.js';

let harness: Harness;
let team: TestTeam;
let shop: Shop;

beforeAll(async () => {
  harness = await start();
  // Another team uses the same values, and must never be named.
  for (const each of ['provider', 'provider']) {
    team = await makeTeam(harness, each as 'provider');
    shop = new Shop(harness, team);
    await create('/provider/offers', { name: 'A', sku: 'S-1' });
    await shop.id('plan', { external_ref: 'ref' });
  }
});
afterAll(() => harness.stop());

const create = (path: string, body: object) => harness.call('POST', path, body, team);
const conflict = (existingId: string) => ({ status: 409, body: { code: 'CONFLICT', existingId } });
const idOfSku = async (sku: string) =>
  (await harness.call('GET', `/provider/offers?sku=${sku}`, undefined, team)).body[0].id as string;

describe('a 409 about a duplicate names the existing object', () => {
  it('for the SKU of an offer that is created or changed', async () => {
    const id = await idOfSku('S-1');
    expect(await create('/provider/offers', { name: 'B', sku: 'S-1' })).toMatchObject(conflict(id));
    const { body: other } = await create('/provider/offers', { name: 'C', sku: 'S-2', status: 'active' });
    for (const patch of [{ sku: 'S-1' }, { sku: 'S-1', fees: { activationFee: 1 }, status: 'inactive' }]) {
      const reply = await harness.call('PATCH', `/provider/offers/${other.id}`, patch, team);
      expect(reply).toMatchObject(conflict(id));
    }
  });

  it('for a line of a bulk upload', async () => {
    const { body: other } = await create('/provider/offers', { name: 'D', sku: 'S-3' });
    const [line] = await uploadOffers(harness, team, [{ id: other.id, sku: 'S-1' }]);
    expect(line?.problem).toMatchObject({ code: 'CONFLICT', existingId: await idOfSku('S-1') });
  });

  it('for products, groups and promotions', async () => {
    const { productId } = await makeProduct(harness, team, { externalRef: 'once' });
    expect(await create('/products', { name: 'B', externalRef: 'once' })).toMatchObject(conflict(productId));
    const other = await makeProduct(harness, team, { externalRef: 'twice' });
    const patch = { externalRef: 'once' };
    const patched = await harness.call('PATCH', `/products/${other.productId}`, patch, team);
    expect(patched).toMatchObject(conflict(productId));
    const group = { productOfferingGroupId: 'mobile', name: 'Mobile', category: 'SUBSCRIPTION_CELL' };
    expect((await create('/product-offering-groups', group)).status).toBe(201);
    expect(await create('/product-offering-groups', group)).toMatchObject(conflict('mobile'));
    const promotion = await makePromotion(harness, team, { promoCode: 'SPRING' });
    const again = { discountId: promotion.discount.discountId, promoCode: 'spring', discountPeriodMonths: 1 };
    expect(await create('/discounts/promotions', again)).toMatchObject(conflict(promotion.promotionId));
  });

  it('under /subscriptions', async () => {
    const plan = { ...planAttributes, external_ref: 'ref' };
    const planId = (await shop.get('/plans?filter=eq(external_ref,ref)')).body.data[0].id as string;
    const productId = await shop.id('product', { external_ref: 'ref' });
    const offeringId = await shop.id('offering', { external_ref: 'ref' });
    const other = await shop.id('offering');
    for (const [reply, id] of [
      [await shop.create('plan', plan), planId],
      [await shop.create('product', { name: 'Bikes', external_ref: 'ref' }), productId],
      [await shop.create('offering', { name: 'Bikes', external_ref: 'ref' }), offeringId],
      [await shop.update(`/offerings/${other}`, 'offering', { external_ref: 'ref' }), offeringId],
    ] as const)
      expect(reply).toMatchObject({ status: 409, body: { errors: [{ meta: { existing_id: id } }] } });
  });
});
