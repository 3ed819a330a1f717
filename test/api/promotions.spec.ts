import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { redeemPromotion } from '../../src/promotions/redemptions/redemptions.write.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, makePromotion } from '../support/product-offering-factories.js';
import { setClock } from '../support/set-clock.js';

let harness: Harness;
let provider: TestTeam;
let stranger: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  provider = await makeTeam(harness, 'provider');
  stranger = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

afterEach(() => setClock(harness));

const priced = async (
  offering: { productOfferingId: string },
  promoCode: string,
  team: TestTeam = provider,
) =>
  harness.call(
    'GET',
    `/product-offerings/${offering.productOfferingId}?promoCode=${promoCode}`,
    undefined,
    team,
  );
const lookUp = (promoCode: string, team: TestTeam = provider) =>
  harness.call('GET', `/discounts/promotions/promo-code/${promoCode}`, undefined, team);
const post = (path: string, body: unknown, team: TestTeam = provider) =>
  harness.call('POST', `/discounts${path}`, body, team);

/** Returns a problem document without the members that differ for each request. */
const withoutRequestIds = ({ instance: _instance, requestId: _id, ...problem }: Record<string, unknown>) =>
  problem;

/** Redeems a promotion that has a limit of one. */
async function useUp(promotionId: string): Promise<void> {
  expect(await redeemPromotion(promotionId, harness.app.get(DataSource).manager)).toBe(true);
}

describe('GET /product-offerings/{productOfferingId}?promoCode=', () => {
  it.each([
    ['25 % of 19.90 EUR', { percent: 25 }, { grossPrice: 19.9 }, [19.9, 4.98, 14.92]],
    ['an amount of 5 of 10', { amounts: { EUR: 5 } }, { grossPrice: 10 }, [10, 5, 5]],
    ['an amount of 50 of 10', { amounts: { EUR: 50 } }, { grossPrice: 10 }, [10, 10, 0]],
    ['100 %', { percent: 100 }, { grossPrice: 19.9 }, [19.9, 19.9, 0]],
    ['10 % of 999 JPY', { percent: 10 }, { currency: 'JPY', grossPrice: 999 }, [999, 100, 899]],
    [
      '33.3333 % of 1.999 KWD',
      { percent: 33.3333 },
      { currency: 'KWD', grossPrice: 1.999 },
      [1.999, 0.667, 1.332],
    ],
    ['nothing off 0.10', { amounts: { EUR: 0 } }, { grossPrice: 0.1 }, [0.1, 0, 0.1]],
    ['the smallest percentage', { percent: 0.0001 }, { grossPrice: 0.01 }, [0.01, 0.01, 0]],
    ['50 % of nothing', { percent: 50 }, { grossPrice: 0 }, [0, 0, 0]],
  ])('subtracts %s', async (_, discount, price, [grossPrice, off, netPrice]) => {
    const offering = await makeOffering(harness, provider, { price });
    const { promoCode } = await makePromotion(harness, provider, discount);
    const { status, body, text, headers } = await priced(offering, promoCode);
    expect(status).toBe(200);
    expect(body.price).toEqual({
      ...offering.price,
      discount: off,
      netPrice,
      promoCode,
      discountPeriodMonths: 12,
    });
    expect(text).toContain(`"grossPrice":${grossPrice},"discount":${off},"netPrice":${netPrice},`);
    expect(headers['cache-control']).toBe('private, no-cache');
  });

  it('rejects a NUL character in a code', async () => {
    const reply = await priced(await makeOffering(harness, provider), '%00');
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'promoCode' }] });
  });

  it('discounts every currency that the discount covers', async () => {
    const currencyOptions = { USD: { grossPrice: 21.5 }, JPY: { grossPrice: 3200 } };
    const offering = await makeOffering(harness, provider, { price: { currencyOptions } });
    const percent = await makePromotion(harness, provider, { percent: 25 });
    expect((await priced(offering, percent.promoCode)).body.price.currencyOptions).toEqual({
      USD: { grossPrice: 21.5, discount: 5.38, netPrice: 16.12, taxIncluded: false },
      JPY: { grossPrice: 3200, discount: 800, netPrice: 2400, taxIncluded: false },
    });
    const amount = await makePromotion(harness, provider, { amounts: { EUR: 1, USD: 2.5 } });
    expect((await priced(offering, amount.promoCode)).body.price).toMatchObject({
      discount: 1,
      currencyOptions: { USD: { discount: 2.5, netPrice: 19 }, JPY: { discount: 0, netPrice: 3200 } },
    });
  });

  it('returns the same 400 for unknown, expired, future, used-up, foreign and malformed codes', async () => {
    const offering = await makeOffering(harness, provider);
    const expired = await makePromotion(harness, provider, { validTo: '2020-01-01' });
    const future = await makePromotion(harness, provider, { validFrom: '2999-01-01' });
    const usedUp = await makePromotion(harness, provider, { maxRedemptions: 1 });
    const foreign = await makePromotion(harness, stranger);
    await useUp(usedUp.promotionId);
    const codes = ['NOPE', expired, future, usedUp, foreign].map((entry) =>
      typeof entry === 'string' ? entry : entry.promoCode,
    );
    const replies = [];
    for (const code of [...codes, 'a%20b', '%3Cscript%3E', "'--", 'Z'.repeat(65), 'stra%C3%9Fe'])
      for (const team of [provider, reseller]) replies.push(await priced(offering, code, team));
    for (const { status, body, headers } of replies) {
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'PROMO_CODE_INVALID', errors: [{ field: 'promoCode' }] });
      expect(withoutRequestIds(body)).toEqual(withoutRequestIds(replies[0]?.body));
      expect(Object.keys(headers).toSorted()).toEqual(Object.keys(replies[0]?.headers ?? {}).toSorted());
    }
  });

  it('does not apply to another product offering, group, category, customer type or currency', async () => {
    await harness.call(
      'POST',
      '/product-offering-groups',
      { productOfferingGroupId: 'plans', name: 'Plans', category: 'SUBSCRIPTION_CELL' },
      provider,
    );
    const offering = await makeOffering(harness, provider, { productOfferingGroupId: 'plans' });
    const other = await makeOffering(harness, provider, { customerType: 'BUSINESS' });
    const targets = {
      offering: { productOfferingId: offering.productOfferingId },
      group: { productOfferingGroupId: 'plans' },
      customer: { customerType: 'CONSUMER' },
    };
    for (const target of Object.values(targets)) {
      const { promoCode } = await makePromotion(harness, provider, { targets: [target] });
      expect((await priced(offering, promoCode)).body.price.netPrice).toBe(14.92);
      const notCovered = await priced(other, promoCode);
      expect([notCovered.status, notCovered.body.code]).toEqual([400, 'PROMO_CODE_NOT_APPLICABLE']);
    }
    const m2m = await makePromotion(harness, provider, { targets: [{ category: 'SUBSCRIPTION_M2M' }] });
    const dollars = await makePromotion(harness, provider, { amounts: { USD: 5 } });
    for (const { promoCode } of [m2m, dollars])
      expect((await priced(offering, promoCode)).body.code).toBe('PROMO_CODE_NOT_APPLICABLE');
  });

  it('applies if one of several targets matches, and accepts both spellings of a category', async () => {
    const { productId } = await makeProduct(harness, provider, { category: 'SUBSCRIPTION_M2M' });
    const offering = await makeOffering(harness, provider, { productId });
    const { promoCode, targets } = await makePromotion(harness, provider, {
      targets: [{ customerType: 'BUSINESS' }, { category: 'PRODUCT_CATEGORY_SUBSCRIPTION_M2M' }],
    });
    expect(targets).toEqual([{ customerType: 'BUSINESS' }, { category: 'SUBSCRIPTION_M2M' }]);
    expect((await priced(offering, promoCode)).status).toBe(200);
  });

  it('ignores case and surrounding spaces, and treats an empty code as no code', async () => {
    const offering = await makeOffering(harness, provider);
    await makePromotion(harness, provider, { promoCode: 'Summer' });
    for (const code of ['summer', 'SUMMER', '%20summer%20', '%09sUmMeR%0A', '+summer+'])
      expect((await priced(offering, code)).body.price).toMatchObject({
        promoCode: 'SUMMER',
        netPrice: 14.92,
      });
    for (const code of ['', '%20%20'])
      expect((await priced(offering, code)).body.price).toMatchObject({ discount: 0, netPrice: 19.9 });
  });

  it('rejects a repeated code and one of 10 KB', async () => {
    const offering = await makeOffering(harness, provider);
    for (const code of ['A&promoCode=B', 'summer&promoCode=summer', 'x'.repeat(10_240)]) {
      const { status, body } = await priced(offering, code);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    }
  });

  it('is valid from 00:00 UTC on the first day to the end of the last day', async () => {
    const offering = await makeOffering(harness, provider);
    const { promoCode } = await makePromotion(harness, provider, {
      validFrom: '2031-06-01',
      validTo: '2031-08-31',
    });
    for (const [now, status] of [
      ['2031-05-31T23:59:59.999Z', 400],
      ['2031-06-01T00:00:00.000Z', 200],
      ['2031-08-31T23:59:59.999Z', 200],
      ['2031-09-01T00:00:00.000Z', 400],
    ] as const) {
      setClock(harness, now);
      expect([now, (await priced(offering, promoCode)).status]).toEqual([now, status]);
      expect((await lookUp(promoCode)).status).toBe(status === 200 ? 200 : 404);
    }
  });

  it('is always valid without validFrom and validTo', async () => {
    const offering = await makeOffering(harness, provider);
    const { promoCode } = await makePromotion(harness, provider);
    for (const now of ['1999-01-01T00:00:00Z', '2999-12-31T23:59:59Z']) {
      setClock(harness, now);
      expect((await priced(offering, promoCode)).status).toBe(200);
    }
  });

  it('does not apply to an archived product offering, for which an invalid code remains invalid', async () => {
    const offering = await makeOffering(harness, provider);
    const { promoCode } = await makePromotion(harness, provider);
    await harness.call(
      'POST',
      `/product-offerings/${offering.productOfferingId}/archive`,
      undefined,
      provider,
    );
    expect((await priced(offering, promoCode)).body.code).toBe('PROMO_CODE_NOT_APPLICABLE');
    expect((await priced(offering, 'NOPE')).body.code).toBe('PROMO_CODE_INVALID');
    expect((await priced(offering, '')).body.price.netPrice).toBe(19.9);
  });

  it('does not count as a redemption', async () => {
    const offering = await makeOffering(harness, provider);
    const { promoCode, promotionId } = await makePromotion(harness, provider, { maxRedemptions: 1 });
    for (let i = 0; i < 3; i += 1) expect((await priced(offering, promoCode)).status).toBe(200);
    const { body } = await harness.call('GET', `/discounts/promotions/${promotionId}`, undefined, provider);
    expect(body.redemptionCount).toBe(0);
  });

  it('returns 404 for a hidden product offering before checking the code', async () => {
    const offering = await makeOffering(harness, provider);
    expect((await priced(offering, 'NOPE', stranger)).status).toBe(404);
  });
});

describe('API key that sends too many invalid codes', () => {
  let limited: Harness;
  beforeAll(async () => {
    limited = await start({ promoFailuresPerMinute: 5 });
  });
  afterAll(() => limited.stop());

  it('receives 429 even for valid codes, while other keys are not affected', async () => {
    const owner = await makeTeam(limited, 'provider');
    const buyer = await makeTeam(limited, 'reseller');
    const { productOfferingId: id } = await makeOffering(limited, owner);
    const { promoCode } = await makePromotion(limited, owner);
    const get = (path: string, team: TestTeam) => limited.call('GET', path, undefined, team);
    const pathWith = (code: string) => `/product-offerings/${id}?promoCode=${code}`;
    const paths = [
      pathWith('A'),
      pathWith('B'),
      '/product-offerings?promoCode=C',
      '/discounts/promotions/promo-code/D',
      '/discounts/promotions/promo-code/E',
    ];
    for (const path of [pathWith(promoCode), ...paths]) expect((await get(path, buyer)).status).not.toBe(429);
    for (const path of [
      pathWith('F'),
      pathWith(promoCode),
      `/product-offerings?promoCode=${promoCode}`,
      paths[3] ?? '',
    ]) {
      const { status, body, headers } = await get(path, buyer);
      expect([status, body.code]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body.retryAfter).toBe(Number(headers['retry-after']));
    }
    expect((await get(`/product-offerings/${id}`, buyer)).status).toBe(200);
    expect((await get(pathWith(promoCode), owner)).status).toBe(200);
  });

  it('receives no more attempts with more keys', async () => {
    const owner = await makeTeam(limited, 'provider');
    const { body } = await limited.call('POST', '/team/api-keys', { name: 'B' }, owner);
    const statuses = [];
    for (let n = 0; n < 8; n += 1) {
      const key = n % 2 ? owner.key : (body.key as string);
      const path = `/discounts/promotions/promo-code/K${n}`;
      statuses.push((await limited.call('GET', path, undefined, { key })).status);
    }
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429, 429]);
  });

  it('shares ten times the attempts with other teams at the same address', async () => {
    const own = await start({ promoFailuresPerMinute: 1, trustProxy: true });
    const guess = (team: TestTeam, address: string) =>
      own.call('GET', '/discounts/promotions/promo-code/X', undefined, {
        ...team,
        headers: { 'x-forwarded-for': address },
      });
    const statuses = [];
    let team;
    for (let n = 0; n < 11; n += 1) {
      team = await makeTeam(own, 'provider');
      statuses.push((await guess(team, '203.0.113.7')).status);
    }
    expect(statuses).toEqual([...Array(10).fill(404), 429]);
    expect((await guess(team as TestTeam, '203.0.113.8')).status).toBe(404);
    await own.stop();
  });

  it('cannot exceed the limit with concurrent requests', async () => {
    const owner = await makeTeam(limited, 'provider');
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        limited.call('GET', `/discounts/promotions/promo-code/N${index}`, undefined, owner),
      ),
    );
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(25);
  });
});

describe('GET /discounts/promotions/promo-code/{promoCode}', () => {
  it('returns the promotion without the value of the discount', async () => {
    const created = await makePromotion(harness, provider, { percent: 37.5, validFrom: '2020-01-01' });
    for (const team of [provider, reseller]) {
      const { status, body, text } = await lookUp(created.promoCode.toLowerCase(), team);
      expect(status).toBe(200);
      expect(body).toEqual({
        promotionId: created.promotionId,
        promoCode: created.promoCode,
        discountPeriodMonths: 12,
        validFrom: '2020-01-01',
        discountId: created.discountId,
        discount: {
          discountId: created.discountId,
          description: 'Less',
          tag: 'test',
          createdAt: expect.stringMatching(/Z$/),
          updatedAt: expect.stringMatching(/Z$/),
        },
      });
      expect(text).not.toMatch(/percent|amount|kind|\b37\.5\b/i);
    }
  });

  it('returns the same 404 for unknown, expired, future, used-up and foreign codes', async () => {
    const expired = await makePromotion(harness, provider, { validTo: '2020-01-01' });
    const future = await makePromotion(harness, provider, { validFrom: '2999-01-01' });
    const usedUp = await makePromotion(harness, provider, { maxRedemptions: 1 });
    const foreign = await makePromotion(harness, stranger);
    await useUp(usedUp.promotionId);
    const replies = [];
    for (const { promoCode } of [
      expired,
      future,
      usedUp,
      foreign,
      { promoCode: 'NOPE' },
      { promoCode: '..%2Fx' },
    ])
      replies.push(await lookUp(promoCode));
    for (const { status, body } of replies) {
      expect(status).toBe(404);
      expect(withoutRequestIds(body)).toEqual(withoutRequestIds(replies[0]?.body));
    }
  });

  it('hides promotions from unverified resellers, and those of a suspended provider from everyone', async () => {
    const owner = await makeTeam(harness, 'provider');
    const unverified = await makeTeam(harness, 'reseller', { verified: false });
    const { promoCode } = await makePromotion(harness, owner);
    expect((await lookUp(promoCode, unverified)).status).toBe(404);
    expect((await lookUp(promoCode, reseller)).status).toBe(200);
    await harness.call('PATCH', `/admin/teams/${owner.id}`, { suspended: true }, { key: adminKey });
    expect((await lookUp(promoCode, reseller)).status).toBe(404);
  });

  it("prefers a hybrid team's own promotion", async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const own = await makePromotion(harness, hybrid, { promoCode: 'TWICE' });
    const other = await makePromotion(harness, provider, { promoCode: 'TWICE' });
    expect((await lookUp('twice', hybrid)).body.promotionId).toBe(own.promotionId);
    expect((await lookUp('twice', reseller)).body.promotionId).toBe(other.promotionId);
  });
});

describe('/discounts', () => {
  it('creates, lists and gets discounts', async () => {
    const owner = await makeTeam(harness, 'provider');
    const percent = { description: '12.5 % off', tag: 'spring', kind: 'PERCENT', percent: 12.5 };
    const amounts = { description: '5 off', kind: 'AMOUNT', amounts: { EUR: 5, JPY: 600, KWD: 1.125 } };
    const first = await post('', percent, owner);
    const second = await post('', amounts, owner);
    expect([first.status, first.body]).toEqual([201, expect.objectContaining(percent)]);
    expect(second.body).toMatchObject({ ...amounts, tag: null });
    const { body } = await harness.call('GET', '/discounts', undefined, owner);
    expect(body).toEqual({ items: [second.body, first.body], pagination: { nextCursor: null, limit: 50 } });
    const read = await harness.call('GET', first.headers.location ?? '', undefined, owner);
    expect([read.body, read.headers.etag]).toEqual([first.body, first.headers.etag]);
    const cached = { key: owner.key, headers: { 'if-none-match': read.headers.etag ?? '' } };
    expect((await harness.call('GET', first.headers.location ?? '', undefined, cached)).status).toBe(304);
    for (const id of [first.body.discountId, uuidv7(), 'x'])
      expect((await harness.call('GET', `/discounts/${id}`, undefined, stranger)).status).toBe(404);
  });

  it.each([
    ['description', { description: '' }],
    ['kind', { kind: 'FREE' }],
    ['percent', { percent: 0 }],
    ['percent', { percent: 100.1 }],
    ['percent', { percent: 1.23456 }],
    ['percent', { percent: '5' }],
    ['percent', { percent: null }],
    ['amounts', { amounts: { EUR: 5 } }],
    ['amounts', { kind: 'AMOUNT', percent: null }],
    ['amounts', { kind: 'AMOUNT', percent: null, amounts: {} }],
    ['amounts', { kind: 'AMOUNT', percent: null, amounts: { EURO: 5 } }],
    ['amounts', { kind: 'AMOUNT', percent: null, amounts: { EUR: -1 } }],
    ['amounts', { kind: 'AMOUNT', percent: null, amounts: { EUR: '5' } }],
    ['amounts.JPY', { kind: 'AMOUNT', percent: null, amounts: { JPY: 0.5 } }],
    ['amounts.EUR', { kind: 'AMOUNT', percent: null, amounts: { EUR: 1e-7 } }],
    ['percent', { kind: 'AMOUNT', amounts: { EUR: 5 } }],
    ['percnt', { percnt: 5 }],
  ])('rejects an invalid %s with 400', async (field, more) => {
    const { status, body } = await post('', { description: 'Less', kind: 'PERCENT', percent: 5, ...more });
    expect(status).toBe(400);
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('rejects resellers', async () => {
    const paths = ['', '/promotions', `/${uuidv7()}`, `/promotions/${uuidv7()}`];
    for (const path of paths)
      expect((await harness.call('GET', `/discounts${path}`, undefined, reseller)).status).toBe(403);
    for (const path of paths.slice(0, 2)) expect((await post(path, {}, reseller)).status).toBe(403);
  });
});

describe('/discounts/promotions', () => {
  it('creates, lists and gets promotions', async () => {
    const owner = await makeTeam(harness, 'provider');
    const sent = {
      promoCode: 'spring-25',
      discountPeriodMonths: 6,
      validFrom: '2026-03-01',
      validTo: '2026-05-31',
      maxRedemptions: 10,
      targets: [{ category: 'SUBSCRIPTION_CELL' }, { customerType: 'BUSINESS' }],
    };
    const created = await makePromotion(harness, owner, sent);
    expect(created).toMatchObject({ ...sent, promoCode: 'SPRING-25', active: true, redemptionCount: 0 });
    const plain = await makePromotion(harness, owner);
    expect(plain).toMatchObject({ targets: [] });
    const { body } = await harness.call('GET', '/discounts/promotions', undefined, owner);
    expect(body.items).toEqual([plain, created]);
    const found = await harness.call('GET', '/discounts/promotions?promoCode=Spring-25', undefined, owner);
    expect(found.body.items).toEqual([created]);
    const path = `/discounts/promotions/${created.promotionId}`;
    const read = await harness.call('GET', path, undefined, owner);
    expect([read.body, read.headers.etag]).toEqual([created, '"v1.1.0"']);
    expect((await harness.call('GET', path, undefined, stranger)).status).toBe(404);
    expect((await harness.call('GET', '/discounts/promotions/x', undefined, owner)).status).toBe(404);
  });

  it('requires codes that are unique within the team, ignoring case', async () => {
    const { discountId } = await makePromotion(harness, provider, { promoCode: 'once' });
    const again = await post('/promotions', { discountId, promoCode: 'ONCE', discountPeriodMonths: 1 });
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT']);
    await makePromotion(harness, stranger, { promoCode: 'once' });
  });

  it.each([
    ['discountId', { discountId: 'x' }],
    ['promoCode', { promoCode: '' }],
    ['promoCode', { promoCode: ' SUMMER' }],
    ['promoCode', { promoCode: 'SUM MER' }],
    ['promoCode', { promoCode: 'x'.repeat(65) }],
    ['promoCode', { promoCode: 'ÄÖ' }],
    ['discountPeriodMonths', { discountPeriodMonths: 0 }],
    ['discountPeriodMonths', { discountPeriodMonths: 1.5 }],
    ['validFrom', { validFrom: '2026-02-30' }],
    ['validFrom', { validFrom: '0000-01-01' }],
    ['validFrom', { validFrom: '2026-03-01T00:00:00Z' }],
    ['validTo', { validFrom: '2026-03-02', validTo: '2026-03-01' }],
    ['maxRedemptions', { maxRedemptions: 0 }],
    ['maxRedemptions', { maxRedemptions: 3e9 }],
    ['targets[0]', { targets: [{}] }],
    [
      'targets[1]',
      { targets: [{ customerType: 'BUSINESS' }, { customerType: 'BUSINESS', category: 'TRAVEL_ESIM' }] },
    ],
    ['targets[0].category', { targets: [{ category: 'X' }] }],
    ['targets[0].productOfferingId', { targets: [{ productOfferingId: 'x' }] }],
    ['targets', { targets: Array.from({ length: 501 }, () => ({ customerType: 'BUSINESS' })) }],
  ])('rejects an invalid %s with 400', async (field, more) => {
    const body = { discountId: uuidv7(), promoCode: 'GOOD', discountPeriodMonths: 1, ...more };
    const reply = await post('/promotions', body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('names each discount, product offering and group that the team does not own', async () => {
    const { discountId } = await makePromotion(harness, provider);
    const foreign = await makePromotion(harness, stranger);
    const offering = await makeOffering(harness, stranger);
    const targets = [
      { productOfferingId: offering.productOfferingId },
      { customerType: 'BUSINESS' },
      { productOfferingGroupId: 'unknown' },
      { productOfferingId: uuidv7() },
    ];
    const fields = ['targets[0].productOfferingId', 'targets[2].productOfferingGroupId'];
    fields.push('targets[3].productOfferingId');
    for (const [more, expected] of [
      [{ discountId: foreign.discountId }, ['discountId']],
      [{ discountId: uuidv7(), promoCode: '?', targets }, ['promoCode', 'discountId', ...fields]],
      [{ targets }, fields],
    ] as const) {
      const body = { discountId, promoCode: 'NEVER', discountPeriodMonths: 1, ...more };
      const reply = await post('/promotions', body);
      expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, expected.toSorted()]);
    }
    const { body } = await harness.call('GET', '/discounts/promotions?promoCode=NEVER', undefined, provider);
    expect(body.items).toEqual([]);
  });
});
