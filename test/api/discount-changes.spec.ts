import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { redeemPromotion, releaseRedemption } from '../../src/promotions/redemptions/redemptions.write.js';
import { commitOnceBlocked } from '../support/blocked-statement.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffering, makePromotion } from '../support/product-offering-factories.js';

let harness: Harness;
let provider: TestTeam;
let stranger: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  provider = await makeTeam(harness, 'provider');
  stranger = await makeTeam(harness, 'hybrid');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call(method, `/discounts${path}`, body, { key: team.key, headers });
const read = (id: string) => call('GET', `/${id}`);
const patch = (id: string, body: unknown) => call('PATCH', `/${id}`, body);
const manager = () => harness.app.get(DataSource).manager;

const percent = { description: 'Less', tag: 'spring', kind: 'PERCENT', percent: 12.5 };
const amounts = { description: '5 off', kind: 'AMOUNT', amounts: { EUR: 5, JPY: 600 } };
const make = async (body: object) => (await call('POST', '', body)).body;

describe('PATCH /discounts/{discountId}', () => {
  it('is a merge patch, also for each currency of the amounts', async () => {
    const created = await make(percent);
    const { discountId: id } = created;
    const renamed = await patch(id, { description: 'Much less', tag: null });
    expect([renamed.status, renamed.body, renamed.headers.etag]).toEqual([
      200,
      { ...created, description: 'Much less', tag: null, updatedAt: expect.any(String) },
      '"v2"',
    ]);
    const after = await read(id);
    expect([after.body, after.headers.etag]).toEqual([renamed.body, '"v2"']);

    const { discountId } = await make(amounts);
    const merged = await patch(discountId, { amounts: { JPY: null, USD: 2.5 } });
    expect(merged.body.amounts).toEqual({ EUR: 5, USD: 2.5 });
    const switched = await patch(discountId, { kind: 'PERCENT', amounts: null, percent: 10 });
    expect(switched.body).toMatchObject({ kind: 'PERCENT', percent: 10 });
    expect(switched.body).not.toHaveProperty('amounts');
    expect((await read(discountId)).body).toEqual(switched.body);
  });

  it('changes nothing if what was read is sent back', async () => {
    for (const sent of [percent, amounts]) {
      const created = await make(sent);
      for (const body of [{}, created, { discountId: uuidv7(), createdAt: 'x' }]) {
        const reply = await patch(created.discountId, body);
        expect([reply.status, reply.body, reply.headers.etag]).toEqual([200, created, '"v1"']);
      }
    }
  });

  it.each([
    [['description', 'kind'], { description: null, kind: 'FREE' }],
    [['percent'], { percent: 0 }],
    [['percent'], { percent: null }],
    [['amounts'], { amounts: { EUR: 5 } }],
    [['amounts', 'percent'], { kind: 'AMOUNT' }],
    [['amounts.JPY', 'percent'], { kind: 'AMOUNT', amounts: { JPY: 0.5 } }],
    [['percnt'], { percnt: 5 }],
    [[''], 'x'],
  ])('rejects invalid %j with 400', async (fields, body) => {
    const created = await make(percent);
    const reply = await patch(created.discountId, body === 'x' ? '"x"' : body);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply).toSorted()).toEqual(fields);
    expect((await read(created.discountId)).body).toEqual(created);
  });

  it('changes the prices of unredeemed promotions immediately', async () => {
    const { productOfferingId } = await makeOffering(harness, provider);
    const { promoCode, discountId } = await makePromotion(harness, provider);
    const path = `/product-offerings/${productOfferingId}?promoCode=${promoCode}`;
    await patch(discountId, { percent: 50 });
    expect((await harness.call('GET', path, undefined, reseller)).body.price.netPrice).toBe(9.95);
  });

  it('keeps the value once a promotion with it has been redeemed', async () => {
    const { discountId, promotionId, promoCode } = await makePromotion(harness, provider);
    await makePromotion(harness, provider, { discountId });
    await redeemPromotion(promotionId, manager());
    for (const [fields, body] of [
      [['percent'], { percent: 50, tag: 'new' }],
      [['amounts', 'kind', 'percent'], { kind: 'AMOUNT', percent: null, amounts: { EUR: 5 } }],
    ] as const) {
      const reply = await patch(discountId, body);
      expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT', existingId: promotionId } });
      expect(fieldsOf(reply).toSorted()).toEqual(fields);
      expect(reply.body.detail).toContain(promoCode);
    }
    const label = { description: 'Corrected', tag: null };
    expect((await patch(discountId, label)).body).toMatchObject({ ...label, percent: 25 });
    await releaseRedemption(promotionId, manager());
    expect((await patch(discountId, { percent: 50 })).status).toBe(200);
  });

  it('keeps the value if the first redemption comes first', async () => {
    const { discountId, promotionId } = await makePromotion(harness, provider);
    const reply = await commitOnceBlocked(
      harness,
      (tx) => redeemPromotion(promotionId, tx),
      () => patch(discountId, { percent: 50 }),
    );
    expect([reply.status, fieldsOf(reply)]).toEqual([409, ['percent']]);
  });
});

describe('DELETE /discounts/{discountId}', () => {
  it('deletes a discount that no promotion uses', async () => {
    const { discountId, promotionId } = await makePromotion(harness, provider);
    const used = await call('DELETE', `/${discountId}`);
    expect(used).toMatchObject({ status: 409, body: { code: 'CONFLICT', existingId: promotionId } });
    await call('DELETE', `/promotions/${promotionId}`);
    const reply = await call('DELETE', `/${discountId}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/${discountId}`)).status).toBe(404);
  });

  it('waits for a promotion that is being created with the discount', async () => {
    const { discountId } = await make(percent);
    const reply = await commitOnceBlocked(
      harness,
      (tx) =>
        tx.query(
          `INSERT INTO promotions (id, team_id, discount_id, promo_code, discount_period_months, redemption_count, created_at, updated_at)
           VALUES (gen_random_uuid(), $1, $2, 'FIRST', 1, 0, now(), now())`,
          [provider.id, discountId],
        ),
      () => call('DELETE', `/${discountId}`),
    );
    expect([reply.status, (await read(discountId)).status]).toEqual([409, 200]);
  });
});

describe('changing and deleting a discount', () => {
  it('honours If-Match', async () => {
    const { discountId } = await make(percent);
    await patch(discountId, { tag: 'new' });
    const withETag = (method: string, etag: string) =>
      call(method, `/${discountId}`, method === 'PATCH' ? { tag: 'newer' } : undefined, provider, {
        'if-match': etag,
      });
    for (const method of ['PATCH', 'DELETE'])
      expect(await withETag(method, '"v1"')).toMatchObject({
        status: 412,
        body: { code: 'PRECONDITION_FAILED' },
      });
    expect((await withETag('PATCH', '"v2"')).headers.etag).toBe('"v3"');
    expect((await withETag('DELETE', '"v3"')).status).toBe(204);
  });

  it("is refused for resellers, and another team's discount looks like an unknown one", async () => {
    const created = await make(percent);
    for (const [method, body] of [
      ['PATCH', { tag: 'mine' }],
      ['DELETE', undefined],
    ] as const) {
      expect((await call(method, `/${created.discountId}`, body, reseller)).status).toBe(403);
      for (const id of [created.discountId, uuidv7(), 'x', '%00']) {
        const reply = await call(method, `/${id}`, body, stranger);
        expect([reply.status, reply.body.detail]).toEqual([404, 'Discount not found']);
      }
    }
    expect((await read(created.discountId)).body).toEqual(created);
  });
});
