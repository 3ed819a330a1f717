import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { recordStatements } from '../support/recorded-statements.js';
import { eur, planAttributes, Shop, unknownId } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;
let ids: string[];

const lists = ['/products', '/plans', '/offerings'];

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
  ids = [];
  for (let i = 0; i < 30; i += 1)
    ids.push(
      await shop.built(
        [
          { name: `Bike ${i}`, external_ref: `bike-${i}`, price: eur(i) },
          { name: 'Helmet', external_ref: i % 2 ? 'helmet' : 'visor, "dark"' },
        ],
        [planAttributes, { ...planAttributes, name: 'Second' }],
        { external_ref: `offering-${i}` },
      ),
    );
});
afterAll(() => harness.stop());

const idsOf = (data: { id: string }[]) => data.map((each) => each.id);
const list = async (query: string, path = '/offerings') => (await shop.get(`${path}?${query}`)).body;

describe('page[offset] and page[limit]', () => {
  it('return 25 entries by default, oldest first', async () => {
    const { body } = await shop.get('/offerings');
    expect(idsOf(body.data)).toEqual(ids.slice(0, 25));
    expect(body.meta).toEqual({
      page: { current: 1, limit: 25, offset: 0, total: 2 },
      results: { total: 30 },
    });
    expect((await list('page[limit]=0')).data).toHaveLength(25);
    expect((await list('page%5Blimit%5D=100')).data).toHaveLength(30);
  });

  it('page through the entire list by following its links, forwards and backwards', async () => {
    const seen: string[] = [];
    let url: string | null = '/subscriptions/offerings?page[limit]=7&include=plans';
    let last = '';
    while (url) {
      const { body } = await harness.call('GET', url, undefined, { key: shop.team.key });
      seen.push(...idsOf(body.data));
      expect(body.included.plans).toHaveLength(body.data.length * 2);
      last = body.links.current;
      expect(body.links.last).toMatch(/offset%5D=28/);
      url = body.links.next;
    }
    expect(seen).toEqual(ids);
    const { body } = await harness.call('GET', last, undefined, { key: shop.team.key });
    expect(body.meta.page).toEqual({ current: 5, limit: 7, offset: 28, total: 5 });
    expect(decodeURIComponent(body.links.prev)).toBe(
      '/subscriptions/offerings?page[limit]=7&include=plans&page[offset]=21',
    );
    expect(decodeURIComponent(body.links.first)).toMatch(/page\[offset\]=0/);
  });

  it('return an empty page past the end', async () => {
    const body = await list('page[offset]=40&page[limit]=10');
    expect(body.data).toEqual([]);
    expect(body.links.next).toBeNull();
    expect(decodeURIComponent(body.links.prev)).toMatch(/page\[offset\]=20/);
    expect(body.meta.results.total).toBe(30);
    expect((await list('page[offset]=10000')).data).toEqual([]);
    const fresh = new Shop(harness, await makeTeam(harness, 'provider'));
    for (const path of lists) {
      const { body: empty } = await fresh.get(path);
      expect([empty.data, empty.links.next, empty.links.prev]).toEqual([[], null, null]);
      expect(empty.meta.page).toMatchObject({ current: 1, total: 1 });
    }
  });

  it.each(lists)('reject values out of range in %s', async (path) => {
    for (const query of [
      'page[offset]=10001',
      'page[offset]=-1',
      'page[limit]=101',
      'page[limit]=-1',
      'page[limit]=abc',
      'page[limit]=1.5',
      'page[limit]=',
      'page[limit]=1&page[limit]=2',
      'limit=5',
      'page=2',
    ])
      expect([query, (await shop.get(`${path}?${query}`)).status]).toEqual([query, 400]);
  });

  it('page through the snapshots of one offering, which returns all of them by default', async () => {
    const offering = ids[3] ?? '';
    const all = (await shop.get(`/offerings/${offering}/plans`)).body;
    expect(all.data).toHaveLength(2);
    expect(all.meta.results.total).toBe(2);
    const second = (await shop.get(`/offerings/${offering}/plans?page[limit]=1&page[offset]=1`)).body;
    expect(second.data).toEqual([all.data[1]]);
    expect(second.links.prev).toMatch(new RegExp(`^/subscriptions/offerings/${offering}/plans\\?`));
    expect((await shop.get(`/offerings/${offering}/products?page[limit]=101`)).status).toBe(400);
  });
});

describe('filter', () => {
  const found = async (filter: string) => idsOf((await list(`filter=${encodeURIComponent(filter)}`)).data);

  it('finds offerings by their own references and those of their products', async () => {
    expect(await found('eq(external_ref,offering-7)')).toEqual([ids[7]]);
    expect(await found('in(external_product_refs,bike-3,bike-5,nothing)')).toEqual([ids[3], ids[5]]);
    expect(await found('eq(products.external_ref,bike-4)')).toEqual([ids[4]]);
    expect(await found('in(external_product_refs,helmet)')).toHaveLength(15);
    expect(await found('in(external_product_refs,"visor, \\"dark\\"")')).toHaveLength(15);
    expect(await found('in(external_product_refs,bike-3,bike-4):in(external_product_refs,helmet)')).toEqual([
      ids[3],
    ]);
    expect(await found('eq(external_ref,offering-7):eq(external_ref,offering-8)')).toEqual([]);
    expect(await found(`eq(proration_policy_id,${unknownId})`)).toEqual([]);
    expect(await found('eq(external_ref,OFFERING-7)')).toEqual([]);
  });

  it('applies to the total and to the links', async () => {
    const body = await list('filter=in(external_product_refs,helmet)&page[limit]=10');
    expect(body.meta.results.total).toBe(15);
    expect(decodeURIComponent(body.links.next)).toMatch(/filter=in\(external_product_refs,helmet\)/);
  });

  it('returns 400 for invalid filters', async () => {
    const long = `in(external_product_refs,${'x,'.repeat(4200)}x)`;
    for (const filter of [
      'eq(name,x)',
      'eq(external_ref',
      'eq(external_ref)',
      'eq(external_ref,)',
      'eq(external_ref,a,b)',
      'in(external_ref,a)',
      'like(external_ref,a)',
      'eq(external_ref,a)eq(external_ref,b)',
      'eq(external_ref,a):',
      ':eq(external_ref,a)',
      'eq(proration_policy_id,x)',
      'external_ref=a',
      '',
      'eq(external_ref,\u0000)',
      Array.from({ length: 11 }, () => 'eq(external_ref,a)').join(':'),
      long,
    ]) {
      const reply = await shop.get(`/offerings?filter=${encodeURI(filter)}`);
      expect([filter, reply.status, reply.body.errors]).toEqual([
        filter,
        400,
        [{ status: '400', title: 'Bad Request', detail: 'Could not parse the supplied filter' }],
      ]);
    }
    for (const path of ['/products', '/plans'])
      for (const filter of ['eq(name,x)', 'in(external_product_refs,a)'])
        expect((await shop.get(`${path}?filter=${filter}`)).status).toBe(400);
    const ten = Array.from({ length: 10 }, () => 'eq(external_ref,offering-1)').join(':');
    expect(await found(ten)).toEqual([ids[1]]);
  });
});

describe('the number of statements', () => {
  const statements = async (path: string) => (await recordStatements(harness, () => shop.get(path))).length;

  it.each([
    '',
    '&include=products',
    '&include=products,plans',
    '&filter=in(external_product_refs,helmet)&include=plans',
  ])('is four for offerings%s at any page size', async (query) => {
    for (const limit of [1, 10, 100])
      expect([limit, await statements(`/offerings?page[limit]=${limit}${query}`)]).toEqual([limit, 4]);
  });

  it('is two for products and plans, three for one offering and its products, four for its plans', async () => {
    for (const limit of [1, 100])
      for (const path of ['/products', '/plans'])
        expect(await statements(`${path}?page[limit]=${limit}`)).toBe(2);
    expect(await statements(`/offerings/${ids[0]}?include=products,plans`)).toBe(3);
    expect(await statements(`/offerings/${ids[0]}/products`)).toBe(3);
    expect(await statements(`/offerings/${ids[0]}/plans`)).toBe(4);
  });
});
