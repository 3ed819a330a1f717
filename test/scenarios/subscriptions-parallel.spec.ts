import { DataSource } from 'typeorm';
import { makeTeam } from '../support/factories.js';
import type { Reply } from '../support/harness.js';
import { start, type Harness } from '../support/harness.js';
import { eur, planAttributes, Shop } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;

beforeAll(async () => {
  // A team uses a quarter of the connections.
  harness = await start({ databasePoolSize: 24 });
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
}, 60_000);
afterAll(() => harness.stop());

const many = async (count: number, make: (index: number) => Promise<string>) => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await make(index));
  return ids;
};
const statuses = (replies: Reply[]) => [...new Set(replies.map((reply) => reply.status))].toSorted();

/** Shuffles the items with a seed, so that failures can be reproduced. */
function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return items
    .map((item) => [next(), item] as const)
    .toSorted((a, b) => a[0] - b[0])
    .map(([, item]) => item);
}

async function expectConsistent(offering: string): Promise<void> {
  const { data, included } = (await shop.get(`/offerings/${offering}?include=products,plans`)).body;
  for (const kind of ['products', 'plans'] as const) {
    const parts = included[kind] as { id: string; relationships: { origin?: { data: { id: string } } } }[];
    expect(parts.length).toBeGreaterThan(0);
    expect(data.relationships[kind].data.map((each: { id: string }) => each.id)).toEqual(
      parts.map((part) => part.id),
    );
    const origins = parts.map((part) => part.relationships.origin?.data.id).filter((id) => id !== undefined);
    expect(new Set(origins).size).toBe(origins.length);
  }
  const rows = await harness.app.get(DataSource).query(
    `SELECT complete, (SELECT count(*)::int FROM offering_plans WHERE offering_id = o.id) AS plans
       FROM offerings o WHERE id = $1`,
    [offering],
  );
  expect(rows).toEqual([{ complete: true, plans: included.plans.length }]);
}

it('keeps an offering consistent under 50 concurrent attach, replace, update and remove requests', async () => {
  const products = await many(12, (i) => shop.id('product', { price: eur(i + 1) }));
  const plans = await many(14, () => shop.id('plan'));
  for (let round = 1; round <= 3; round += 1) {
    const offering = await shop.built([{ name: 'First' }], [planAttributes, ...plans.slice(0, 7)]);
    const attached = await shop.parts(offering, 'plans');
    const path = `/offerings/${offering}`;
    const calls = [
      ...plans
        .slice(7)
        .map((id) => () => shop.send('POST', `${path}/plans/attach`, { data: { plans: [id] } })),
      ...attached.map((id) => () => shop.send('DELETE', `${path}/plans/${id}`)),
      ...products.map(
        (id) => () => shop.send('POST', `${path}/products/attach`, { data: { products: [id] } }),
      ),
      ...products.slice(0, 10).map(
        (id, i) => () =>
          shop.send('PUT', `${path}/products/replace`, {
            data: { products: shuffled([id, ...products.slice(i + 1, i + 4)], i + round) },
          }),
      ),
      // Concurrent updates and deletes of the sources acquire other locks on the same rows.
      ...products
        .slice(0, 6)
        .map((id, i) => () => shop.update(`/products/${id}`, 'product', { price: eur(i + 50) })),
      ...plans.slice(0, 4).map((id) => () => shop.send('DELETE', `/plans/${id}`)),
      ...attached
        .slice(0, 3)
        .map((id) => () => shop.update(`${path}/plans/${id}`, 'offering_plan', { trial_period: 1 })),
    ];
    expect(calls.length).toBe(50);
    const replies = await Promise.all(shuffled(calls, round).map((call) => call()));
    // 503 if the machine is too slow for that many requests at once.
    expect(statuses(replies).filter((status) => ![200, 204, 400, 404, 409, 503].includes(status))).toEqual(
      [],
    );
    expect(replies.filter((reply) => reply.status < 300).length).toBeGreaterThan(0);
    await expectConsistent(offering);
    plans.splice(0, plans.length, ...(await many(14, () => shop.id('plan'))));
  }
}, 120_000);

it('attaches each of 20 plans once in concurrent requests', async () => {
  const plans = await many(20, () => shop.id('plan'));
  const offering = await shop.built([{ name: 'First' }], [planAttributes]);
  const attach = (ids: string[]) =>
    shop.send('POST', `/offerings/${offering}/plans/attach`, { data: { plans: ids } });
  const replies = await Promise.all(plans.map((id) => attach([id])));
  expect(statuses(replies)).toEqual([200]);
  expect((await shop.get(`/offerings/${offering}/plans`)).body.data).toHaveLength(21);
  expect((await shop.get(`/offerings/${offering}`)).headers.etag).toBe('"v21.USD"');
  const again = await Promise.all(plans.map((id) => attach([id])));
  expect(statuses(again)).toEqual([400]);
}, 60_000);

it('attaches a plan once in 20 concurrent requests, and keeps the last of 20 plans removed concurrently', async () => {
  const [plan] = await many(1, () => shop.id('plan'));
  const offering = await shop.built([{ name: 'First' }], [planAttributes]);
  const attach = () => shop.send('POST', `/offerings/${offering}/plans/attach`, { data: { plans: [plan] } });
  const replies = await Promise.all(Array.from({ length: 20 }, attach));
  expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
  const full = await shop.built(
    [{ name: 'First' }],
    Array.from({ length: 20 }, () => planAttributes),
  );
  const parts = await shop.parts(full, 'plans');
  const removed = await Promise.all(parts.map((id) => shop.send('DELETE', `/offerings/${full}/plans/${id}`)));
  expect(removed.filter((reply) => reply.status === 204)).toHaveLength(19);
  await expectConsistent(full);
}, 60_000);

it('never contains a snapshot of a product that is deleted concurrently', async () => {
  for (let round = 0; round < 10; round += 1) {
    const product = await shop.id('product');
    const offering = await shop.built([{ name: 'First' }], [planAttributes]);
    const path = `/offerings/${offering}/products`;
    const [deleted, ...copied] = await Promise.all([
      shop.send('DELETE', `/products/${product}`),
      shop.send('POST', `${path}/attach`, { data: { products: [product] } }),
      shop.send('PUT', `${path}/replace`, { data: { products: [product] } }),
      shop.build([product], [planAttributes]),
    ]);
    const successes = copied.filter((reply) => reply.status < 300).length;
    expect([204, 409]).toContain(deleted?.status);
    expect(statuses(copied).every((status) => [200, 201, 400].includes(status))).toBe(true);
    if (deleted?.status === 204) expect(successes).toBe(0);
    else expect(successes).toBeGreaterThan(0);
  }
}, 60_000);
