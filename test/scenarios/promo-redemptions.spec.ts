import { DataSource } from 'typeorm';
import { redeemPromotion, releaseRedemption } from '../../src/promotions/redemptions/redemptions.write.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makePromotion } from '../support/product-offering-factories.js';

describe('redemptions of a promotion', () => {
  let harness: Harness;
  let provider: TestTeam;
  let dataSource: DataSource;

  beforeAll(async () => {
    harness = await start({ promoFailuresPerMinute: 0, databasePoolSize: 20 });
    provider = await makeTeam(harness, 'provider');
    dataSource = harness.app.get(DataSource);
  });
  afterAll(() => harness.stop());

  const countOf = async (id: string) =>
    (await harness.call('GET', `/discounts/promotions/${id}`, undefined, provider)).body.redemptionCount;
  const redeemOnce = (id: string) => dataSource.transaction((manager) => redeemPromotion(id, manager));

  it('allows exactly 10 of 200 concurrent redemptions with a limit of 10', async () => {
    const { promotionId: id } = await makePromotion(harness, provider, { maxRedemptions: 10 });
    const results = await Promise.all(Array.from({ length: 200 }, () => redeemOnce(id)));
    expect(results.filter(Boolean)).toHaveLength(10);
    expect(await countOf(id)).toBe(10);
  });

  it('makes a released redemption available again', async () => {
    const { promotionId: id, promoCode } = await makePromotion(harness, provider, { maxRedemptions: 1 });
    const { productOfferingId } = await makeOffering(harness, provider);
    const path = `/product-offerings/${productOfferingId}?promoCode=${promoCode}`;
    expect(await redeemOnce(id)).toBe(true);
    expect((await harness.call('GET', path, undefined, provider)).body.code).toBe('PROMO_CODE_INVALID');
    expect(await dataSource.transaction((manager) => releaseRedemption(id, manager))).toBe(true);
    expect((await harness.call('GET', path, undefined, provider)).status).toBe(200);
    expect([await redeemOnce(id), await redeemOnce(id)]).toEqual([true, false]);
  });

  it('undoes the redemption if the transaction of the order fails', async () => {
    const { promotionId: id } = await makePromotion(harness, provider, { maxRedemptions: 1 });
    const failed = dataSource.transaction(async (manager) => {
      expect(await redeemPromotion(id, manager)).toBe(true);
      throw new Error('out of stock');
    });
    await expect(failed).rejects.toThrow('out of stock');
    expect(await countOf(id)).toBe(0);
  });

  it('never counts below 0, and has no limit by default', async () => {
    const { promotionId: id } = await makePromotion(harness, provider);
    expect(await releaseRedemption(id, dataSource.manager)).toBe(false);
    await Promise.all(Array.from({ length: 20 }, () => redeemOnce(id)));
    expect(await countOf(id)).toBe(20);
    const released = await Promise.all(
      Array.from({ length: 30 }, () => releaseRedemption(id, dataSource.manager)),
    );
    expect(released.filter(Boolean)).toHaveLength(20);
    expect(await countOf(id)).toBe(0);
  });

  it('returns false for an unknown promotion', async () => {
    expect(await redeemOnce('0190c3de-0000-7000-8000-000000000001')).toBe(false);
  });
});
