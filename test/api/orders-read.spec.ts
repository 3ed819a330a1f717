import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { customerInfo, makeOffer, makeOrder, serviceAddress } from '../support/order-factories.js';
import { countSqlStatements } from '../support/recorded-statements.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let provider: TestTeam;
let other: TestTeam;
let reseller: TestTeam;
let rival: TestTeam;
let offers: string[];
/** Orders of `reseller`, oldest first. */
let orders: { orderId: string; items: { itemId: string }[] }[];

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  rival = await makeTeam(harness, 'reseller');
  const teams = [provider, provider, other];
  offers = await Promise.all(
    teams.map((team, index) => makeOffer(harness, team, { name: `Offer ${index}` })),
  );
  const [a = '', b = '', c = ''] = offers;
  orders = [];
  for (const [items, more] of [
    [[a], { externalId: 'first' }],
    [[a, b, c], { customerInfo: { ...customerInfo, fullName: 'Ana María Ngô', email: 'ana@mail.example' } }],
    [[b], {}],
    [[c], {}],
  ] as const)
    orders.push(await makeOrder(harness, reseller, items, more));
  await makeOrder(harness, rival, [a]);
});
afterAll(() => harness.stop());

const read = (path: string, team = reseller, headers = {}) =>
  harness.call('GET', path, undefined, { ...team, headers });
const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const idsOf = (list: { orderId: string }[]) =>
  list.map(({ orderId }) => orders.findIndex((each) => each.orderId === orderId));
const found = async (query: string) => idsOf((await read(`/reseller/orders?${query}`)).body);

describe('GET /reseller/orders', () => {
  it('lists the orders of the team, newest first, page by page', async () => {
    const all = await read('/reseller/orders?count=true');
    expect(idsOf(all.body)).toEqual([3, 2, 1, 0]);
    expect(all.headers['x-total-count']).toBe('4');
    const { history: _, items, ...order } = (await read(`/reseller/orders/${orders[0]?.orderId}`)).body;
    const [{ history: __, snapshot: ___, ...item }] = items;
    expect(all.body[3]).toEqual({ ...order, items: [item] });
    const walked: number[] = [];
    let path: string | undefined = '/reseller/orders?limit=3';
    while (path) {
      const page = await read(path);
      walked.push(...idsOf(page.body));
      path = /<(.*)>/.exec(page.headers.link ?? '')?.[1];
    }
    expect(walked).toEqual([3, 2, 1, 0]);
  });

  it('filters', async () => {
    const [a, b, c] = offers;
    await sql("UPDATE order_items SET status = 'accepted' WHERE id = $1", [orders[1]?.items[1]?.itemId]);
    const { createdAt } = (await read(`/reseller/orders/${orders[2]?.orderId}`)).body;
    const time = encodeURIComponent(createdAt as string);
    expect(await found(`offerId=${a}`)).toEqual([1, 0]);
    expect(await found(`providerId=${other.id.toUpperCase()}`)).toEqual([3, 1]);
    expect(await found('status=accepted')).toEqual([1]);
    expect(await found('status=submitted_to_provider')).toEqual([3, 2, 1, 0]);
    expect(await found(`status=submitted_to_provider&providerId=${provider.id}&limit=2`)).toEqual([2, 1]);
    // One item must match all filters.
    expect(await found(`status=accepted&offerId=${b}`)).toEqual([1]);
    expect(await found(`status=accepted&offerId=${c}`)).toEqual([]);
    expect(await found(`createdFrom=${time}`)).toEqual([3, 2]);
    expect(await found(`createdTo=${time}&offerId=${a}`)).toEqual([1, 0]);
    expect(await found('externalId=first')).toEqual([0]);
    expect(await found(`externalId=first&offerId=${b}`)).toEqual([]);
    expect(await found(`productOfferingId=${unknownId}`)).toEqual([]);
    const counted = await read(`/reseller/orders?count=true&limit=1&providerId=${provider.id}`);
    expect(counted.headers['x-total-count']).toBe('3');
    for (const query of ['status=done', 'offerId=x', 'createdFrom=today', 'customerEmail=a@b.example'])
      expect((await read(`/reseller/orders?${query}`)).status).toBe(400);
  });

  it('is derived from the least advanced item in progress', async () => {
    const { status, items } = (await read(`/reseller/orders/${orders[1]?.orderId}`)).body;
    expect([status, ...items.map((item: { status: string }) => item.status)]).toEqual([
      'submitted_to_provider',
      'submitted_to_provider',
      'accepted',
      'submitted_to_provider',
    ]);
  });

  it('takes one statement, whatever the number of orders', async () => {
    for (const [path, team] of [
      ['/reseller/orders', reseller],
      ['/provider/orders', provider],
    ] as const)
      for (const query of ['?limit=1', '', '?status=accepted'])
        expect(await countSqlStatements(() => read(path + query, team))).toBe(1);
  });
});

describe('POST /reseller/orders/search', () => {
  const search = (body: object, team = reseller) =>
    harness.call('POST', '/reseller/orders/search', body, team);
  const matches = async (body: object) => idsOf((await search(body)).body.items);

  it('finds orders by customer, without regard to case and accents', async () => {
    expect(await matches({ customerEmail: 'ANA@mail.example' })).toEqual([1]);
    expect(await matches({ customerName: 'ngo maria' })).toEqual([1]);
    expect(await matches({ customerName: 'ZOE' })).toEqual([3, 2, 0]);
    expect(await matches({ customerName: 'zoe', offerId: offers[0] })).toEqual([0]);
    expect(await matches({ customerName: 'mari' })).toEqual([]);
    expect(await matches({ customerEmail: 'nobody@mail.example' })).toEqual([]);
    expect(idsOf((await search({ customerEmail: 'ana@mail.example' }, rival)).body.items)).toEqual([]);
  });

  it('pages with a cursor that belongs to the search', async () => {
    const body = { customerName: 'zoe', limit: 2 };
    const first = (await search(body)).body;
    expect(idsOf(first.items)).toEqual([3, 2]);
    const { nextCursor: cursor } = first.pagination;
    expect(idsOf((await search({ ...body, cursor })).body.items)).toEqual([0]);
    expect((await search({ customerName: 'ana', limit: 2, cursor })).body.code).toBe('INVALID_CURSOR');
    expect(fieldsOf(await search({ customerName: '--', limit: 0 }))).toEqual(['customerName', 'limit']);
  });
});

describe('GET /provider/orders', () => {
  const itemsOf = async (query: string, team = provider) =>
    (await read(`/provider/orders?${query}`, team)).body as {
      id: string;
      orderId: string;
      offerName: string;
      overdue: boolean;
    }[];

  it('lists only the items of the team, with the customer', async () => {
    const items = await itemsOf('');
    const names = ['Offer 0', 'Offer 1', 'Offer 1', 'Offer 0', 'Offer 0'];
    expect(items.map(({ offerName }) => offerName)).toEqual(names);
    const [item] = await itemsOf(`resellerId=${rival.id}`);
    expect(item).toMatchObject({
      resellerTeamId: rival.id,
      resellerName: rival.name,
      customerInfo,
      serviceAddress,
    });
    expect(JSON.stringify(await itemsOf('')).includes(other.id)).toBe(false);
    expect(await itemsOf('', other)).toHaveLength(2);
  });

  it('filters', async () => {
    const [a] = offers;
    await sql("UPDATE order_items SET respond_by = now() - interval '1 minute' WHERE order_id = $1", [
      orders[1]?.orderId,
    ]);
    expect(await itemsOf(`offerId=${a}`)).toHaveLength(3);
    expect(await itemsOf('status=accepted')).toHaveLength(1);
    expect(await itemsOf(`status=accepted&resellerId=${rival.id}`)).toHaveLength(0);
    const overdue = await itemsOf('overdue=true');
    expect(overdue.map((item) => [item.orderId, item.offerName, item.overdue])).toEqual([
      [orders[1]?.orderId, 'Offer 0', true],
    ]);
    expect((await itemsOf('overdue=false')).map((item) => item.overdue)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    const page = await read('/provider/orders?limit=2&count=true', provider);
    expect(page.headers['x-total-count']).toBe('5');
    const next = await read(/<(.*)>/.exec(page.headers.link ?? '')?.[1] ?? '', provider);
    expect(next.body.map(({ id }: { id: string }) => id)).toEqual(
      (await itemsOf('')).slice(2, 4).map(({ id }) => id),
    );
  });
});

describe('single orders and items', () => {
  it('404 for those of other teams, unknown and malformed IDs', async () => {
    const [order] = orders;
    const paths: [string, TestTeam][] = [
      [`/reseller/orders/${order?.orderId}`, rival],
      [`/reseller/orders/${unknownId}`, reseller],
      ['/reseller/orders/x', reseller],
      [`/provider/orders/${order?.items[0]?.itemId}`, other],
      [`/provider/orders/${order?.orderId}`, provider],
      ['/provider/orders/x', provider],
    ];
    for (const [path, team] of paths) expect([path, (await read(path, team)).status]).toEqual([path, 404]);
    expect((await read('/provider/orders')).status).toBe(403);
  });

  it('304 if nothing has changed', async () => {
    const paths: [string, TestTeam][] = [
      [`/reseller/orders/${orders[2]?.orderId}`, reseller],
      [`/provider/orders/${orders[2]?.items[0]?.itemId}`, provider],
    ];
    for (const [path, team] of paths) {
      const { etag = '' } = (await read(path, team)).headers;
      expect((await read(path, team, { 'if-none-match': etag })).status).toBe(304);
      await sql('UPDATE order_items SET version = version + 1 WHERE id = $1', [orders[2]?.items[0]?.itemId]);
      expect((await read(path, team, { 'if-none-match': etag })).status).toBe(200);
    }
  });

  it('keeps ordered offers, and their orders when the provider is suspended', async () => {
    const deleted = await harness.call('DELETE', `/provider/offers/${offers[0]}`, undefined, provider);
    expect([deleted.status, deleted.body.detail]).toEqual([
      409,
      expect.stringMatching(/ordered .* set its status to archived/),
    ]);
    const unordered = await makeOffer(harness, provider);
    expect((await harness.call('DELETE', `/provider/offers/${unordered}`, undefined, provider)).status).toBe(
      200,
    );
    const suspend = (suspended: boolean) =>
      harness.call('PATCH', `/admin/teams/${other.id}`, { suspended }, { key: adminKey });
    await suspend(true);
    expect((await read(`/reseller/orders/${orders[3]?.orderId}`)).body.items[0].snapshot.name).toBe(
      'Offer 2',
    );
    expect((await read('/provider/orders', other)).status).toBe(403);
    await suspend(false);
  });

  it('refuses changes of the history in the database', async () => {
    for (const statement of [
      "UPDATE order_item_history SET status = 'active'",
      'DELETE FROM order_item_history',
      'TRUNCATE order_item_history',
    ])
      await expect(sql(statement)).rejects.toThrow('The history of an order cannot be changed');
  });
});
