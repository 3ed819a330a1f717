import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import { Client } from 'pg';
import { LargeAnswers } from '../../src/paging/large-answers.js';
import { Sql } from '../../src/sql/sql.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { maxAnswerBytes, storeLargeData } from '../support/large-data.js';
import { nextPagePath } from '../support/read-all-pages.js';
import { recordStatements } from '../support/recorded-statements.js';
import { until } from '../support/until.js';

let harness: Harness;
let client: Client;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  await storeLargeData(client, provider.id);
}, 120_000);
afterAll(async () => {
  await client.end();
  await harness.stop();
});

const get = (path: string, team: TestTeam) => harness.call('GET', path, undefined, team);
const bytesOf = (reply: Reply) => Buffer.byteLength(reply.text);

/** Returns the IDs of a table's rows that belong to the provider. */
async function stored(table: string, column = 'id'): Promise<string[]> {
  const text = `SELECT ${column} AS id FROM ${table} WHERE team_id = $1`;
  const { rows } = await client.query<{ id: string }>(text, [provider.id]);
  return rows.map(({ id }) => id).toSorted();
}

/** Reads all pages of a list, and checks the size of each of them. `pageOf` returns the IDs and the next path. */
async function walk(
  path: string,
  team: TestTeam,
  pageOf: (reply: Reply) => { ids: string[]; next: string | undefined },
): Promise<{ ids: string[]; sizes: number[] }> {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const reply = await get(at, team);
    if (reply.status !== 200) throw new Error(`${at}: ${reply.text}`);
    expect(bytesOf(reply)).toBeLessThanOrEqual(maxAnswerBytes);
    const page = pageOf(reply);
    ids.push(...page.ids);
    sizes.push(page.ids.length);
    at = page.next;
  }
  return { ids: ids.toSorted(), sizes };
}

const linked = (reply: Reply) => ({
  ids: ((reply.body.items ?? reply.body) as { id: string }[]).map(({ id }) => id),
  next: nextPagePath(reply),
});

const withCursor = (path: string, cursor: string | null) =>
  cursor === null ? undefined : `${path}&cursor=${cursor}`;

const itemsOf = (path: string, id: string) => (reply: Reply) => ({
  ids: (reply.body.items as Record<string, string>[]).map((item) => item[id] ?? ''),
  next: withCursor(path, reply.body.pagination.nextCursor),
});

describe('a page ends before it exceeds 4 MiB, and all pages together are complete', () => {
  it("a provider's offers with 45,000 ZIP codes each", async () => {
    const { ids, sizes } = await walk('/provider/offers?limit=100&count=true', provider, linked);
    expect(ids).toEqual(await stored('offers'));
    expect(sizes.length).toBeGreaterThan(5);
    // Pages are not shorter than the budget requires: an offer takes about 0.4 MB.
    expect(sizes[0]).toBeGreaterThan(7);
  });

  it.each([
    '',
    '&sortBy=name',
    '&sortBy=price',
    '&sortBy=provider',
    '&search=large',
    '&limit=7',
    '&facets=provider',
  ])('the catalog%s', async (query) => {
    const { ids, sizes } = await walk(
      `/reseller/catalog?limit=100${query}`.replace('limit=100&limit', 'limit'),
      reseller,
      linked,
    );
    expect(ids).toEqual(await stored('offers'));
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('the change feed, from the whole catalog to the log', async () => {
    const copy = new Map<string, string>();
    let since = '';
    const read = async () => {
      for (let more = true; more;) {
        const reply = await get(`/reseller/catalog/changes?limit=100${since && `&since=${since}`}`, reseller);
        expect(bytesOf(reply)).toBeLessThanOrEqual(maxAnswerBytes);
        for (const { type, id, offer } of reply.body.changes)
          if (type === 'remove') copy.delete(id);
          else copy.set(id, offer.name);
        ({ next: since, more } = reply.body);
      }
    };
    await read();
    expect([...copy.keys()].toSorted()).toEqual(await stored('offers'));
    // One statement logs all of these changes; the response must not skip those that do not fit.
    await client.query(
      "UPDATE offers SET name = name || ' changed', version = version + 1 WHERE team_id = $1",
      [provider.id],
    );
    const [removed] = await stored('offers');
    await client.query("UPDATE offers SET status = 'inactive' WHERE id = $1", [removed]);
    // The feed ends before the oldest transaction in progress, which can belong to another test.
    const changed = () => [...copy.values()].filter((name) => name.endsWith(' changed'));
    await until(async () => (await read(), !copy.has(removed ?? '') && changed().length === 99));
    // A change of the provider itself affects all of its offers at once.
    await client.query("UPDATE teams SET name = 'Renamed', version = version + 1 WHERE id = $1", [
      provider.id,
    ]);
    copy.clear();
    await until(async () => (await read(), copy.size === 99));
    await client.query("UPDATE offers SET status = 'active' WHERE id = $1", [removed]);
  });

  it.each([
    ['/product-offerings?limit=100', 'productOfferingId', 'product_offerings', 'id'],
    ['/product-offering-groups?limit=100', 'productOfferingGroupId', 'product_offering_groups', 'slug'],
    ['/products?limit=100', 'productId', 'products', 'id'],
  ])('%s', async (path, id, table, column) => {
    // Control characters take six bytes in JSON.
    await client.query(`UPDATE ${table} SET description = repeat(E'\\x01', 10000)`);
    const { ids, sizes } = await walk(path, provider, itemsOf(path, id));
    expect(ids).toEqual(await stored(table, column));
    expect(sizes.length).toBeGreaterThan(2);
  });

  it('the default product catalog', async () => {
    const path = '/product-catalogs/default?customerType=CONSUMER';
    const { ids, sizes } = await walk(path, provider, ({ body }) => ({
      ids: body.productOfferings.map((each: { productOfferingId: string }) => each.productOfferingId),
      next: withCursor(path, body.pagination.nextCursor),
    }));
    expect(ids).toEqual(await stored('product_offerings'));
    expect(sizes.length).toBeGreaterThan(2);
  });

  it('promotions with 500 targets each', async () => {
    const slug = 'x'.repeat(64);
    await client.query(
      `INSERT INTO product_offering_groups (id, team_id, slug, name, category, version, created_at, updated_at)
       VALUES (gen_random_uuid(), $1, $2, 'Group', 'SUBSCRIPTION_CELL', 1, now(), now())`,
      [provider.id, slug],
    );
    await client.query(
      `WITH discount AS (INSERT INTO discounts (id, team_id, description, kind, percent, created_at, updated_at)
         VALUES (gen_random_uuid(), $1, 'Summer', 'PERCENT', 10, now(), now()) RETURNING id)
       INSERT INTO promotions (id, team_id, discount_id, promo_code, discount_period_months, redemption_count, created_at, updated_at)
       SELECT gen_random_uuid(), $1, discount.id, 'P' || n, 1, 0, now(), now() FROM discount, generate_series(1, 100) n`,
      [provider.id],
    );
    await client.query(
      `INSERT INTO promotion_targets (promotion_id, position, team_id, group_slug)
       SELECT id, n, team_id, $1 FROM promotions, generate_series(1, 500) n`,
      [slug],
    );
    const path = '/discounts/promotions?limit=100';
    // The sizes of the entries are added up once, not once for each entry.
    const statements = await recordStatements(harness, () => get(path, provider));
    for (const { sql, parameters } of statements) {
      const plan = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`, parameters);
      const root = (plan.rows[0] as { 'QUERY PLAN': [{ Plan: Record<string, number> }] })['QUERY PLAN'][0]
        .Plan;
      expect(root['Shared Hit Blocks']).toBeLessThan(60_000);
    }
    const { ids, sizes } = await walk(path, provider, itemsOf(path, 'promotionId'));
    expect(ids).toEqual(await stored('promotions'));
    expect(sizes).toHaveLength(2);
  });

  it('the export returns every offer', async () => {
    const { text } = await get('/provider/offers/export', provider);
    const ids = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids.toSorted()).toEqual(await stored('offers'));
  });
});

describe('/product-catalogs/default', () => {
  it('pages with limit, and refuses a cursor after the catalog has changed', async () => {
    const path = '/product-catalogs/default?limit=2';
    const first = await get(path, provider);
    expect(first.body.productOfferings).toHaveLength(2);
    expect(first.body.productOfferingGroups).toHaveLength(1);
    const { nextCursor } = first.body.pagination;
    const again = await get(`${path}&cursor=${nextCursor}`, provider);
    expect(again.status).toBe(200);
    expect(again.body.productOfferings[0]).not.toEqual(first.body.productOfferings[0]);
    const { productCatalogId } = first.body;
    const renamed = await harness.call(
      'PATCH',
      `/product-catalogs/${productCatalogId}`,
      { name: 'New' },
      provider,
    );
    expect(renamed.status).toBe(200);
    const stale = await get(`${path}&cursor=${nextCursor}`, provider);
    expect([stale.status, stale.body.code]).toEqual([400, 'INVALID_CURSOR']);
  });
});

describe('/subscriptions', () => {
  const offerings = '/subscriptions/offerings?page[limit]=';

  it('refuses a page whose included products exceed the budget, and says which page fits', async () => {
    const refused = await get(`${offerings}100&include=products`, provider);
    expect([refused.status, refused.body.errors[0].meta]).toEqual([
      400,
      { pointer: '/page[limit]', code: 'size' },
    ]);
    const fitting = Number(/at most (\d+) entr/.exec(refused.body.errors[0].detail)?.[1]);
    const reply = await get(`${offerings}${fitting}&include=products`, provider);
    expect([reply.status, reply.body.included.products.length]).toEqual([200, fitting * 100]);
    expect(bytesOf(reply)).toBeLessThanOrEqual(maxAnswerBytes);
    expect(bytesOf(reply)).toBeGreaterThan(maxAnswerBytes / 2);
    expect((await get(`${offerings}100`, provider)).status).toBe(200);
  });

  it('ends a page of offerings whose product references exceed the budget', async () => {
    await client.query("UPDATE offering_products SET external_ref = id || repeat('x', 2000)");
    const { ids, sizes } = await walk(`${offerings}100`, provider, ({ body }) => ({
      ids: body.data.map(({ id }: { id: string }) => id),
      next: body.links.next ?? undefined,
    }));
    expect(ids).toEqual(await stored('offerings'));
    expect(sizes.length).toBeGreaterThan(1);
    await client.query('UPDATE offering_products SET external_ref = NULL');
  });

  it('counts control characters, which take six bytes in JSON', async () => {
    await client.query(`UPDATE offering_products SET description = repeat(E'\\x01', 5000)`);
    const refused = await get(`${offerings}5&include=products`, provider);
    expect(refused.status).toBe(400);
    const fitting = Number(/at most (\d+) entr/.exec(refused.body.errors[0].detail)?.[1]);
    expect((await get(`${offerings}${fitting}&include=products`, provider)).status).toBe(200);
  });

  it('returns a single offering and a page of one offering at any size', async () => {
    const [newest] = (await get(`${offerings}1`, provider)).body.data as { id: string }[];
    const id = (await stored('offerings')).find((each) => each !== newest?.id);
    await client.query(
      `UPDATE offering_products SET description = repeat('😀', 12000) WHERE offering_id IN ($1, $2)`,
      [id, newest?.id],
    );
    for (const path of [
      `/subscriptions/offerings/${id}?include=products,plans`,
      `${offerings}1&include=products`,
    ]) {
      const reply = await get(path, provider);
      expect([reply.status, reply.body.included.products.length]).toEqual([200, 100]);
      expect(bytesOf(reply)).toBeGreaterThan(maxAnswerBytes);
    }
    const products = `/subscriptions/offerings/${id}/products`;
    expect((await get(products, provider)).body.links.next).toContain('page%5Boffset%5D=');
    expect((await get(`${products}?page[limit]=50`, provider)).body.data).toHaveLength(50);
    expect((await get(`/subscriptions/offerings/${id}/plans`, provider)).body.data).toHaveLength(1);
  });
});

it('a page of the catalog with usual offers takes one statement', async () => {
  const usual = await makeTeam(harness, 'provider');
  for (let count = 0; count < 21; count += 1)
    await harness.call(
      'POST',
      '/provider/offers',
      { name: `Usual ${count}`, status: 'active', monthlyPrice: 5 },
      usual,
    );
  const wirePage = jest.spyOn(harness.app.get(Sql), 'wirePage');
  const page = await get('/reseller/catalog?limit=20&sortBy=price', reseller);
  expect([page.body.length, wirePage.mock.calls.length]).toEqual([20, 1]);
  wirePage.mockRestore();
});

describe('clients that do not read a large answer', () => {
  /** Requests the largest page, and stops reading after the first bytes. */
  async function stall(team: TestTeam): Promise<Socket> {
    const socket = await connectTo('/provider/offers?limit=100', team);
    await once(socket, 'data');
    socket.pause();
    return socket;
  }

  let connections = 0;

  /**
   * Opens a connection from an address of its own: for addresses with much traffic, Linux remembers large windows, into
   * which a whole answer fits. Other systems have only one local address.
   */
  function open(): Socket {
    const { hostname, port } = new URL(harness.url);
    const { pid, platform } = process;
    const localAddress = `127.${100 + (pid % 100)}.${(pid >> 7) % 256}.${(connections += 1)}`;
    return connect({ port: Number(port), host: hostname, ...(platform === 'linux' ? { localAddress } : {}) });
  }

  /** Sends a request without reading the response. */
  async function connectTo(path: string, team: TestTeam): Promise<Socket> {
    const socket = open();
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\nx-api-key: ${team.key}\r\n\r\n`);
    return socket;
  }

  it('delay only further large answers of their own team', async () => {
    const stalled = [await stall(provider), await stall(provider)];
    // A client that leaves while it waits does not keep the place that becomes free.
    const enter = jest.spyOn(LargeAnswers.prototype, 'enter');
    const leaving = await connectTo('/provider/offers?limit=100', provider);
    await until(() => enter.mock.calls.length === 1);
    leaving.destroy();
    const order: string[] = [];
    const third = get('/provider/offers?limit=100', provider).then(({ status }) =>
      order.push(`large ${status}`),
    );
    const small = await get('/discounts?limit=1', provider);
    order.push(`small ${small.status}`);
    const others = await get('/reseller/catalog?limit=100', reseller);
    order.push(`others ${others.status}`);
    stalled[0]?.destroy();
    await third;
    expect(order).toEqual(['small 200', 'others 200', 'large 200']);
    stalled[1]?.destroy();
    enter.mockRestore();
  });

  it('are not waited for without end', async () => {
    const stalled = [await stall(provider), await stall(provider)];
    expect((await get('/provider/offers?limit=100', provider)).status).toBe(200);
    expect(stalled.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    for (const socket of stalled) socket.destroy();
  });

  it('free their place if they were pipelined behind another request', async () => {
    const requestTo = (path: string) =>
      `GET /provider/offers${path} HTTP/1.1\r\nhost: test\r\nx-api-key: ${provider.key}\r\n\r\n`;
    const socket = open().pause();
    const enter = jest.spyOn(LargeAnswers.prototype, 'enter');
    socket.write(requestTo('/export') + requestTo('?limit=100') + requestTo('?limit=100'));
    await until(() => enter.mock.calls.length === 2);
    await Promise.all(enter.mock.results.map(({ value }) => value as Promise<unknown>));
    enter.mockRestore();
    socket.destroy();
    expect((await get('/provider/offers?limit=100', provider)).status).toBe(200);
  });
});
