import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffering, makeProduct, makePromotion } from '../support/product-offering-factories.js';
import { recordStatements } from '../support/recorded-statements.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const list = (query = '', team: TestTeam = provider) =>
  harness.call('GET', `/product-offerings${query}`, undefined, team);
const idsOf = (reply: { body: { items: { productOfferingId: string }[] } }) =>
  reply.body.items.map((item) => item.productOfferingId);

/** Returns the IDs of all pages, in order. Runs `between` after each page. */
async function walk(query: string, team: TestTeam, between: () => Promise<unknown>): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const reply = await list(`?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, team);
    expect(reply.status).toBe(200);
    ids.push(...idsOf(reply));
    cursor = reply.body.pagination.nextCursor;
    await between();
  }
  return ids;
}

async function makeOfferingOf(team: TestTeam, product: object, more: object = {}): Promise<string> {
  const { productId } = await makeProduct(harness, team, product);
  return (await makeOffering(harness, team, { productId, ...more })).productOfferingId;
}

describe('GET /product-offerings', () => {
  it('returns items and pagination, newest first', async () => {
    const first = (await makeOffering(harness, provider)).productOfferingId;
    const second = (await makeOffering(harness, provider)).productOfferingId;
    const reply = await list();
    expect(idsOf(reply)).toEqual([second, first]);
    expect(reply.body.pagination).toEqual({ nextCursor: null, limit: 50 });
    expect((await list('?limit=1')).body.pagination).toEqual({ nextCursor: expect.any(String), limit: 1 });
  });

  it('omits archived product offerings unless their owner requests them', async () => {
    const id = (await makeOffering(harness, provider)).productOfferingId;
    const available = (await makeOffering(harness, provider)).productOfferingId;
    await harness.call('POST', `/product-offerings/${id}/archive`, undefined, provider);
    expect(idsOf(await list())).toEqual([available]);
    expect(idsOf(await list('?status=AVAILABLE'))).toEqual([available]);
    expect(idsOf(await list('?status=ARCHIVED'))).toEqual([id]);
    expect(idsOf(await list('?status=ARCHIVED', reseller))).toEqual([]);
  });

  it('shows providers their own product offerings and resellers those of all providers, without internal descriptions', async () => {
    const other = await makeTeam(harness, 'provider');
    const hybrid = await makeTeam(harness, 'hybrid');
    const unverified = await makeTeam(harness, 'reseller', { verified: false });
    const ids = [];
    for (const team of [provider, other, hybrid])
      ids.unshift((await makeOffering(harness, team, { internalDescription: 'secret' })).productOfferingId);
    const forReseller = await list('?limit=3', reseller);
    expect(idsOf(forReseller)).toEqual(ids);
    expect(forReseller.text).not.toContain('internalDescription');
    const forHybrid = await list('?limit=3', hybrid);
    expect(idsOf(forHybrid)).toEqual(ids);
    expect(forHybrid.text.match(/secret/g)).toHaveLength(1);
    expect(idsOf(await list('', other))).toEqual([ids[1]]);
    expect((await list('', unverified)).body.items).toEqual([]);
    expect(forHybrid.headers['cache-control']).toBe('private, no-store');
  });

  it('filters by type and category, in both spellings, repeated or comma-separated', async () => {
    const cell = await makeOfferingOf(provider, {});
    const fits = { addonCategories: ['SUBSCRIPTION_CELL'] };
    const data = await makeOfferingOf(provider, { type: 'ADDON', category: 'EXTRA_DATA' }, fits);
    const travel = await makeOfferingOf(provider, { type: 'ADDON', category: 'TRAVEL_ESIM_PACKAGE' }, fits);
    const license = await makeOfferingOf(provider, { type: 'LICENSE', category: null });
    for (const [query, expected] of [
      ['types=SUBSCRIPTION_ADDON', [travel, data]],
      ['type=ADDON', [travel, data]],
      ['categories=PRODUCT_CATEGORY_EXTRA_DATA', [data]],
      ['categories=EXTRA_DATA', [data]],
      ['type=ADDON,LICENSE', [license, travel, data]],
      ['type=ADDON&type=LICENSE', [license, travel, data]],
      ['types=ADDON,SUBSCRIPTION_ADDON&types=LICENSE', [license, travel, data]],
      ['type=ADDON&types=SUBSCRIPTION', []],
      ['type=ADDON&categories=SUBSCRIPTION_CELL', []],
      ['categories=SUBSCRIPTION_CELL,TRAVEL_ESIM_PACKAGE', [travel, cell]],
    ] as const)
      expect([query, idsOf(await list(`?${query}`))]).toEqual([query, expected]);
  });

  it('filters by country, region and customer type', async () => {
    const both = await makeOfferingOf(provider, {
      features: { countries: ['SE', 'NO'], regions: ['EUROPE'] },
    });
    const norway = await makeOfferingOf(
      provider,
      { features: { countries: ['NO'] } },
      { customerType: 'BUSINESS' },
    );
    const world = await makeOfferingOf(provider, { features: { regions: ['GLOBAL', 'NORTH_AMERICA'] } });
    const none = await makeOfferingOf(provider, { features: null });
    for (const [query, expected] of [
      ['countries=NO', [norway, both]],
      ['countries=SE&countries=DK', [both]],
      ['countries=SE,NO&regions=EUROPE', [both]],
      ['regions=EUROPE,GLOBAL', [world, both]],
      ['customerType=BUSINESS', [norway]],
      ['customerType=BUSINESS&countries=SE', []],
      ['customerType=CONSUMER', [none, world, both]],
    ] as const)
      expect([query, idsOf(await list(`?${query}`))]).toEqual([query, expected]);
  });

  it.each([
    'types=FOO',
    'type=addon',
    'type=',
    'categories=EXTRA',
    'countries=XX',
    'countries=se',
    'regions=MOON',
    'customerType=CONSUMER,BUSINESS',
    'customerType=consumer',
    'status=DRAFT',
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1.5',
    'offset=5',
    'count=true',
    `cursor=${'x'.repeat(3000)}`,
    `types=${'ADDON,'.repeat(60)}ADDON`,
  ])('rejects %s with 400', async (query) => {
    const { status, body } = await list(`?${query}`);
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION_FAILED');
  });

  it('rejects a cursor that is forged, belongs to another team or is used with other filters', async () => {
    await makeOffering(harness, provider);
    await makeOffering(harness, provider);
    const { nextCursor } = (await list('?limit=1&type=SUBSCRIPTION')).body.pagination;
    const good = encodeURIComponent(nextCursor);
    expect((await list(`?limit=5&type=SUBSCRIPTION&cursor=${good}`)).status).toBe(200);
    const start = String(nextCursor).slice(0, 22);
    const forged = `${start}${Buffer.from('["2030-01-01T00:00:00Z","x"]').toString('base64url')}`;
    for (const [query, team] of [
      [`cursor=${good}`, provider],
      [`type=ADDON&cursor=${good}`, provider],
      [`type=SUBSCRIPTION&customerType=CONSUMER&cursor=${good}`, provider],
      [`type=SUBSCRIPTION&cursor=${good}x`, provider],
      [`type=SUBSCRIPTION&cursor=${start}`, provider],
      [`type=SUBSCRIPTION&cursor=${forged}`, provider],
      [`type=SUBSCRIPTION&cursor=nonsense`, provider],
      [`type=SUBSCRIPTION&cursor=${good}`, reseller],
    ] as const) {
      const { status, body } = await list(`?${query}`, team);
      expect([query, status, body.code]).toEqual([query, 400, 'INVALID_CURSOR']);
    }
  });

  it('returns every existing product offering once while new ones are added between pages', async () => {
    const existing: string[] = [];
    for (let i = 0; i < 7; i += 1)
      existing.unshift((await makeOffering(harness, provider)).productOfferingId);
    const seen = await walk('limit=2', provider, () => makeOffering(harness, provider));
    expect(seen).toEqual(existing);
  });

  it('continues after product offerings are archived between pages, and omits them', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.unshift((await makeOffering(harness, provider)).productOfferingId);
    // The first cursor points to the second product offering; the fourth is on a later page.
    const archived = [ids[1], ids[3]];
    const seen = await walk('limit=2', provider, async () => {
      for (const id of archived)
        await harness.call('POST', `/product-offerings/${id}/archive`, undefined, provider);
    });
    expect(seen).toEqual([ids[0], ids[1], ids[2], ids[4]]);
  });

  it('uses as many SQL statements for 100 product offerings with a promo code as for one', async () => {
    const { promoCode } = await makePromotion(harness, provider);
    await harness.call(
      'POST',
      '/product-offering-groups',
      { productOfferingGroupId: 'g', name: 'G', category: 'SUBSCRIPTION_CELL' },
      provider,
    );
    for (let i = 0; i < 100; i += 1) await makeOffering(harness, provider, { productOfferingGroupId: 'g' });
    for (const team of [provider, reseller]) {
      const one = await recordStatements(harness, () => list(`?limit=1&promoCode=${promoCode}`, team));
      let reply = await list('?limit=1', team);
      const hundred = await recordStatements(harness, async () => {
        reply = await list(`?limit=100&promoCode=${promoCode}`, team);
      });
      expect(reply.body.items).toHaveLength(100);
      expect(reply.body.items[99].price).toMatchObject({ promoCode, grossPrice: 19.9, netPrice: 14.92 });
      expect(hundred).toHaveLength(one.length);
      expect(one).toHaveLength(4);
    }
  });
});

describe('GET /product-offerings?promoCode=', () => {
  it('returns promotional prices if the code applies, and normal prices otherwise', async () => {
    const other = await makeTeam(harness, 'provider');
    const foreign = (await makeOffering(harness, other)).productOfferingId;
    const business = (await makeOffering(harness, provider, { customerType: 'BUSINESS' })).productOfferingId;
    const consumer = (await makeOffering(harness, provider)).productOfferingId;
    const { promoCode } = await makePromotion(harness, provider, { targets: [{ customerType: 'CONSUMER' }] });
    const { items } = (await list(`?limit=3&promoCode=%20${promoCode.toLowerCase()}`, reseller)).body;
    expect(items.map((item: { productOfferingId: string }) => item.productOfferingId)).toEqual([
      consumer,
      business,
      foreign,
    ]);
    expect(items.map((item: { price: object }) => item.price)).toEqual([
      expect.objectContaining({ discount: 4.98, netPrice: 14.92, promoCode, discountPeriodMonths: 12 }),
      expect.objectContaining({ discount: 0, netPrice: 19.9 }),
      expect.objectContaining({ discount: 0, netPrice: 19.9 }),
    ]);
    expect(items[1].price).not.toHaveProperty('promoCode');
  });

  it("applies each owner's promotion if several providers use the same code", async () => {
    const other = await makeTeam(harness, 'provider');
    for (const [team, percent] of [
      [provider, 10],
      [other, 50],
    ] as const) {
      await makePromotion(harness, team, { promoCode: 'SHARED', percent });
      await makeOffering(harness, team, { price: { grossPrice: 10 } });
    }
    const { items } = (await list('?limit=2&promoCode=shared', reseller)).body;
    expect(items.map((item: { price: { netPrice: number } }) => item.price.netPrice)).toEqual([5, 9]);
  });

  it('returns 400 for an invalid code and ignores an empty one', async () => {
    await makeOffering(harness, provider);
    const { promoCode } = await makePromotion(harness, await makeTeam(harness, 'provider'));
    for (const code of ['UNKNOWN', promoCode]) {
      const { status, body } = await list(`?promoCode=${code}`);
      expect([status, body.code]).toEqual([400, 'PROMO_CODE_INVALID']);
    }
    for (const code of ['', '%20']) expect((await list(`?promoCode=${code}`)).body.items).toHaveLength(1);
    expect((await list('?promoCode=A&promoCode=B')).status).toBe(400);
  });
});
