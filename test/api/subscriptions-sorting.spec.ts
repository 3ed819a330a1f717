import { Client } from 'pg';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { details, planAttributes, Shop } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;
let other: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
  other = new Shop(harness, await makeTeam(harness, 'provider'));
  await other.id('product', { name: 'Another team' });
  const products = [
    { name: 'beta', sku: 'B-2' },
    { name: 'Alpha', sku: 'B-1', external_ref: 'ref-2' },
    { name: 'Gamma', external_ref: 'ref-1' },
    { name: 'alpha', sku: 'A-1', external_ref: 'REF-3' },
  ];
  for (const product of products) await shop.id('product', product);
});
afterAll(() => harness.stop());

type Data = { attributes: Record<string, string> }[];
const valuesOf = (data: Data, name: string) => data.map(({ attributes }) => attributes[name]);
const list = async (query: string): Promise<Data> => (await shop.get(`/products?${query}`)).body.data;

describe('sort', () => {
  it.each([
    ['name', 'name', ['Alpha', 'alpha', 'beta', 'Gamma']],
    ['-name', 'name', ['Gamma', 'beta', 'alpha', 'Alpha']],
    ['sku', 'sku', ['A-1', 'B-1', 'B-2', undefined]],
    ['-sku', 'sku', [undefined, 'B-2', 'B-1', 'A-1']],
    ['external_ref', 'external_ref', ['REF-3', 'ref-1', 'ref-2', undefined]],
    ['created_at', 'name', ['beta', 'Alpha', 'Gamma', 'alpha']],
    ['-created_at', 'name', ['alpha', 'Gamma', 'Alpha', 'beta']],
  ])('%s', async (sort, attribute, expected) => {
    const sorted = await list(`sort=${sort}`);
    expect(valuesOf(sorted, attribute)).toEqual(expected);
    // Each product is on one page.
    const pages = await Promise.all(
      [0, 1, 2, 3].map((offset) => list(`sort=${sort}&page[limit]=1&page[offset]=${offset}`)),
    );
    expect(pages.flat()).toEqual(sorted);
  });

  it('updated_at follows a change', async () => {
    const [first] = (await shop.get('/products?sort=updated_at')).body.data;
    const { id } = first as { id: string };
    await shop.update(`/products/${id}`, 'product', { description: 'Changed.' });
    expect((await shop.get('/products?sort=-updated_at')).body.data[0].id).toBe(id);
  });

  it('sorts plans and offerings, and combines with a filter', async () => {
    for (const name of ['Yearly', 'monthly']) await shop.id('plan', { ...planAttributes, name });
    for (const name of ['Second', 'first']) await shop.simple({ name, external_ref: `offering-${name}` });
    const names = async (path: string) => valuesOf((await shop.get(path)).body.data, 'name');
    expect(await names('/plans?sort=name')).toEqual(['monthly', 'Yearly']);
    expect(await names('/offerings?sort=name')).toEqual(['first', 'Second']);
    expect(await names('/offerings?sort=-name&filter=eq(external_ref,offering-first)')).toEqual(['first']);
  });

  it('names the allowed values', async () => {
    for (const sort of ['price', '', 'NAME', '--name', 'name,sku', 'id', '__proto__'])
      expect(details(await shop.get(`/products?sort=${sort}`))).toEqual([
        'sort: "sort" must be one of name, -name, external_ref, -external_ref, created_at, -created_at, updated_at, -updated_at, sku, -sku',
      ]);
    expect((await shop.get('/products?sort=name&sort=sku')).status).toBe(400);
    expect((await shop.get('/plans?sort=sku')).status).toBe(400);
  });
});

describe('include=offerings', () => {
  it('returns the offerings that contain the resources of the page, each once', async () => {
    const [helmet, lamp, bell] = [
      await shop.id('product'),
      await shop.id('product'),
      await shop.id('product'),
    ];
    const plan = await shop.id('plan');
    const both = await shop.built([helmet, lamp], [plan]);
    const single = await shop.built([helmet], [plan]);

    const reply = await shop.get(`/products?include=offerings&sort=-created_at&page[limit]=3`);
    const related = (id: string) =>
      reply.body.data
        .find((product: { id: string }) => product.id === id)
        .relationships.offerings.data.map((offering: { id: string }) => offering.id);
    expect(related(helmet)).toEqual([both, single]);
    expect(related(lamp)).toEqual([both]);
    expect(related(bell)).toEqual([]);
    const included = reply.body.included.offerings;
    expect(included.map(({ id }: { id: string }) => id)).toEqual([both, single]);
    expect(included[0]).toEqual((await shop.get(`/offerings/${both}`)).body.data);

    const one = await shop.get(`/plans/${plan}?include=offerings`);
    expect(one.headers.etag).toBeUndefined();
    expect(one.body.included.offerings).toEqual(included);
    expect((await shop.get(`/products/${bell}?include=offerings`)).body.included).toEqual({ offerings: [] });
    expect((await shop.get(`/products/${bell}`)).body).not.toHaveProperty('included');
    expect((await shop.get(`/products/${bell}`)).body.data).not.toHaveProperty('relationships');
  });

  it('names the allowed value, and refuses offerings that exceed the limit of an answer', async () => {
    expect(details(await shop.get('/plans?include=products'))).toEqual([
      'include[0]: "include[0]" must be one of offerings',
    ]);
    const product = await shop.id('product');
    await storeOfferingsWith(product, 700);
    for (const path of [`/products/${product}?`, '/products?page[limit]=100&'])
      expect(details(await shop.get(`${path}include=offerings`))).toEqual([
        'include: "include" must be omitted, because the offerings exceed 4 MiB; request a smaller page, or list them with GET /subscriptions/offerings',
      ]);
  });
});

/** Stores offerings of about 10 KB each that contain the product. */
async function storeOfferingsWith(product: string, count: number): Promise<void> {
  const client = new Client(harness.databaseUrl);
  await client.connect();
  try {
    await client.query(
      `WITH stored AS (
         INSERT INTO offerings (id, team_id, version, created_at, updated_at, name, external_ref, complete)
         SELECT gen_random_uuid(), $1, 1, now(), now(), 'Large ' || n, repeat('long text ', 1000) || n, false
           FROM generate_series(1, $3) n RETURNING id, team_id)
       INSERT INTO offering_products (id, team_id, offering_id, origin_id, position, name, created_at, updated_at)
       SELECT gen_random_uuid(), team_id, id, $2, 0, 'Helmet', now(), now() FROM stored`,
      [shop.team.id, product, count],
    );
  } finally {
    await client.end();
  }
}
