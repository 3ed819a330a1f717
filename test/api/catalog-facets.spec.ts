import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';

let harness: Harness;
let alba: TestTeam;
let beta: TestTeam;
let reseller: TestTeam;
const { offer, list } = catalogCalls(() => harness);

const line = (connectionType: string) => ({
  category: 'internet',
  serviceSpecificData: { minBandwidth: 1, maxBandwidth: 100, connectionType },
});

beforeAll(async () => {
  harness = await start();
  [alba, beta, reseller] = await Promise.all([
    makeTeam(harness, 'provider', { name: 'Alba' }),
    makeTeam(harness, 'provider', { name: 'Beta' }),
    makeTeam(harness, 'reseller'),
  ]);
  await offer(alba, { ...line('fiber'), monthlyPrice: 24.99 });
  await offer(alba, { ...line('fiber'), monthlyPrice: 25 });
  await offer(alba, { ...line('cable'), monthlyPrice: 0 });
  await offer(beta, { category: 'internet', monthlyPrice: 500 });
  await offer(beta, { category: 'energy', monthlyPrice: 49.99 });
  await offer(beta, { monthlyPrice: null });
  await offer(beta, { category: 'security', visibility: 'preferred', monthlyPrice: 1 });
  await offer(beta, { category: 'security', status: 'draft' });
});
afterAll(() => harness.stop());

const facets = async (names: string, query: Record<string, string> = {}) =>
  (await list(reseller, { ...query, facets: names })).body.facets;

const all = {
  category: [
    { value: 'internet', count: 4 },
    { value: 'energy', count: 1 },
    { value: null, count: 1 },
  ],
  connectionType: [
    { value: null, count: 3 },
    { value: 'fiber', count: 2 },
    { value: 'cable', count: 1 },
  ],
  price: [
    { from: 0, to: 25, count: 2 },
    { from: 25, to: 50, count: 2 },
    { from: 500, to: null, count: 1 },
    { from: null, to: null, count: 1 },
  ],
};

describe('GET /reseller/catalog?facets', () => {
  it('200 counts the whole result on every page, and only offers that the reseller can see', async () => {
    const provider = [
      { value: alba.id, name: 'Alba', count: 3 },
      { value: beta.id, name: 'Beta', count: 3 },
    ].toSorted((a, b) => (a.value < b.value ? -1 : 1));
    const reply = await list(reseller, { facets: 'category,provider,price,connectionType', limit: '1' });
    expect(reply.body.items).toHaveLength(1);
    expect(reply.body.facets).toEqual({ ...all, provider });
    expect(reply.headers.link).toContain('rel="next"');
  });

  it('200 counts only offers that match the filters and the search', async () => {
    expect(await facets('category,price', { providerId: alba.id, minPrice: '1' })).toEqual({
      category: [{ value: 'internet', count: 2 }],
      price: [
        { from: 0, to: 25, count: 1 },
        { from: 25, to: 50, count: 1 },
      ],
    });
    expect(await facets('connectionType', { connectionType: 'fiber', zipCode: '94102' })).toEqual({
      connectionType: [{ value: 'fiber', count: 2 }],
    });
    expect(await facets('category', { search: 'nothing' })).toEqual({ category: [] });
  });

  it('200 returns each requested group once', async () => {
    expect(await facets('price')).toEqual({ price: all.price });
    expect(await facets('price,category,price')).toEqual({ price: all.price, category: all.category });
    const path = '/reseller/catalog?facets=category&facets=price';
    const reply = await harness.call('GET', path, undefined, reseller);
    expect(reply.body.facets).toEqual({ price: all.price, category: all.category });
  });

  it('200 returns counts that add up to the total', async () => {
    const reply = await list(reseller, { facets: 'category,provider,price,connectionType', count: 'true' });
    for (const groups of Object.values(reply.body.facets as Record<string, { count: number }[]>))
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(Number(reply.headers['x-total-count']));
  });

  it('200 returns an array without facets', async () => {
    expect(Array.isArray((await list(reseller)).body)).toBe(true);
  });

  it.each(['brand', 'category,brand', '', 'category,', 'Category', 'category;price'])(
    '400 for %j',
    async (names) => {
      const reply = await list(reseller, { facets: names });
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)[0]).toMatch(/^facets/);
    },
  );
});
