import { Client } from 'pg';
import { makeTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { maxAnswerBytes } from '../support/large-data.js';
import { recordStatements } from '../support/recorded-statements.js';
import { details, Shop } from '../support/subscriptions.js';

/*
 * The team has 24 small, 24 large and again 24 small resources of each kind. The large ones together exceed an answer.
 */

let harness: Harness;
let client: Client;
let shop: Shop;

const all = 72;

beforeAll(async () => {
  harness = await start();
  client = new Client(harness.databaseUrl);
  await client.connect();
  shop = await shopWith('n BETWEEN 25 AND 48');
}, 60_000);
afterAll(async () => {
  await client.end();
  await harness.stop();
});

/** Stores the resources of a new team. `isLarge` is an SQL condition on their number `n`. */
async function shopWith(isLarge: string): Promise<Shop> {
  const team = await makeTeam(harness, 'provider');
  const text = `CASE WHEN ${isLarge} THEN repeat('long text ', 20000) END`;
  const columns = 'id, team_id, version, created_at, updated_at, name, description';
  const values = `gen_random_uuid(), '${team.id}', 1, now() + n * interval '1 second', now(), 'Name ' || n, ${text}`;
  const plan =
    'billing_interval_type, billing_frequency, plan_length, end_behavior, can_pause, can_resume, can_cancel';
  const planValues = "'month', 1, 12, 'roll', true, true, true";
  const rows = `FROM generate_series(1, ${all}) n`;
  await client.query(`
    INSERT INTO products (${columns}, metadata) SELECT ${values}, '{}' ${rows};
    INSERT INTO plans (${columns}, ${plan}) SELECT ${values}, ${planValues} ${rows};
    INSERT INTO offerings (${columns}, complete) SELECT ${values.replace(text, 'NULL')}, true ${rows};
    INSERT INTO offering_products (id, team_id, offering_id, origin_id, position, name, external_ref, created_at, updated_at)
    SELECT gen_random_uuid(), offering.team_id, offering.id, CASE position WHEN 0 THEN product.id END, position,
           offering.name, repeat('reference', 220) || position, now(), now()
      FROM offerings offering JOIN products product USING (team_id, name),
           generate_series(0, CASE WHEN product.description IS NULL THEN 0 ELSE 99 END) position
     WHERE team_id = '${team.id}';
    INSERT INTO offering_plans (id, team_id, offering_id, origin_id, position, name, created_at, updated_at, ${plan})
    SELECT gen_random_uuid(), offering.team_id, offering.id, plan.id, 0, 'Monthly', now(), now(), ${planValues}
      FROM offerings offering JOIN plans plan USING (team_id, name) WHERE team_id = '${team.id}';`);
  return new Shop(harness, team);
}

const follow = (path: string, { team } = shop) => harness.call('GET', path, undefined, { key: team.key });
const namesOf = ({ body }: Reply): string[] =>
  body.data.map(({ attributes }: { attributes: { name: string } }) => attributes.name);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `Name ${index + 1}`);

/** Follows `next` to the end, and tries all links of each page. Returns the names of all entries, by page. */
async function walk(path: string, team = shop): Promise<string[][]> {
  const pages: string[][] = [];
  const tried = new Set<string | null>([null]);
  for (let at: string | null = path; at !== null && pages.length < all;) {
    const reply: Reply = await follow(at, team);
    expect([at, reply.status]).toEqual([at, 200]);
    expect(Buffer.byteLength(reply.text)).toBeLessThanOrEqual(maxAnswerBytes);
    const { first, last, prev, next } = reply.body.links;
    for (const link of [first, last, prev])
      if (!tried.has(link)) expect([link, (await follow(link, team)).status]).toEqual([link, 200]);
    for (const link of [first, last, prev, at]) tried.add(link);
    pages.push(namesOf(reply));
    at = next;
  }
  return pages;
}

const queries = [
  'products?page[limit]=24',
  'products?page[limit]=24&page[offset]=0&include=offerings',
  'plans?page[limit]=24&sort=-created_at',
  'plans?include=offerings',
  'offerings?page[limit]=24',
  'offerings?page[limit]=24&page[offset]=0&include=products',
  'offerings?include=products,plans',
];

it.each(queries)('all links of %s work, and its pages contain every entry once', async (query) => {
  const pages = await walk(`/subscriptions/${query}`);
  const names = query.includes('sort') ? numbered(all).toReversed() : numbered(all);
  expect(pages.flat()).toEqual(names);
  expect(Math.max(...pages.map(({ length }) => length))).toBe(query.includes('=24') ? 24 : 25);
});

it('a request that chooses the size of a page with include gets that size, or a 400 that says which one fits', async () => {
  for (const query of ['offerings?include=products', 'products?include=offerings']) {
    expect((await shop.get(`/${query}&page[limit]=24`)).body.data).toHaveLength(24);
    expect((await shop.get(`/${query}&page[limit]=72`)).status).toBe(400);
  }
  const [detail = ''] = details(await shop.get('/offerings?include=products&page[limit]=72'));
  const fitting = /^page\[limit\]: .* ask for at most (\d+) entries$/.exec(detail)?.[1];
  const reply = await shop.get(`/offerings?include=products&page[limit]=${fitting}`);
  expect([reply.status, reply.body.data.length]).toEqual([200, Number(fitting)]);
});

it('meta and links of a page that ends early count its entries', async () => {
  const { body } = await shop.get('/products?page[limit]=24&page[offset]=26');
  const end = 26 + body.data.length;
  expect(end).toBeLessThan(48);
  expect(body.meta).toEqual({
    page: { current: 2, limit: 24, offset: 26, total: 3 },
    results: { total: all },
  });
  const offsets = Object.entries(body.links as Record<string, string>).map(([name, link]) => [
    name,
    Number(new URLSearchParams(link.split('?')[1]).get('page[offset]')),
  ]);
  expect(Object.fromEntries(offsets)).toEqual({ current: 26, first: 0, last: 48, next: end, prev: 2 });
});

it('ends a page by the size of its JSON, in which control characters take six bytes', async () => {
  const other = await shopWith('false');
  await client.query(`UPDATE products SET description = repeat(E'\\x01', 50000) WHERE team_id = $1`, [
    other.team.id,
  ]);
  const pages = await walk('/subscriptions/products?page[limit]=24', other);
  expect(pages.flat()).toEqual(numbered(all));
  expect(pages.length).toBeGreaterThan(2);
});

it('a product whose offerings exceed an answer is alone on its page, with the first of its offerings', async () => {
  const other = await shopWith('n BETWEEN 3 AND 30');
  // All offerings contain the second product.
  await client.query(
    `UPDATE offering_products SET origin_id = (SELECT id FROM products WHERE team_id = $1 AND name = 'Name 2')
      WHERE team_id = $1 AND position = 0`,
    [other.team.id],
  );
  const first = await follow('/subscriptions/products?include=offerings', other);
  const { body } = await follow(first.body.links.next, other);
  const rest = await follow(body.links.next, other);
  expect([first, { body } as Reply].map(namesOf)).toEqual([['Name 1'], ['Name 2']]);
  expect(namesOf(rest)[0]).toBe('Name 3');
  const { data, meta } = body.data[0].relationships.offerings;
  expect(meta).toEqual({ has_more: true });
  expect(data.length).toBeGreaterThan(5);
  expect(body.included.offerings.map(({ id }: { id: string }) => id).toSorted()).toEqual(
    data.map(({ id }: { id: string }) => id).toSorted(),
  );
  expect(first.body.data[0].relationships.offerings).toEqual({ data: [] });
});

it('a large page takes a fixed number of statements', async () => {
  const statements = async (path: string) => (await recordStatements(harness, () => shop.get(path))).length;
  // The page is read with a small limit first.
  for (const limit of [30, 60]) {
    expect(await statements(`/products?page[limit]=${limit}`)).toBe(3);
    expect(await statements(`/offerings?page[limit]=${limit}&page[offset]=0&include=products`)).toBe(5);
    expect(await statements(`/products?page[limit]=${limit}&page[offset]=0&include=offerings`)).toBe(8);
  }
});
