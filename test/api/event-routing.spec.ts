import { DataSource } from 'typeorm';
import { newId } from '../../src/common/new-id.js';
import { DeliveryWorker } from '../../src/webhooks/delivery/delivery-worker.js';
import { uploadFeed, uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffer } from '../support/order-factories.js';
import { receivedBy, storeEndpoint, waitUntilRouted } from '../support/routed-events.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  // So that events are routed and nothing is sent.
  await harness.app.get(DeliveryWorker).stop();
});
beforeEach(async () => {
  // Other tests' subscribers would receive events about public offers, too.
  await query('DELETE FROM webhook_endpoints');
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const query = <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  harness.app.get(DataSource).query(sql, values);
const patch = (id: string, body: object) => harness.call('PATCH', `/provider/offers/${id}`, body, provider);
const deliveriesTo = (endpointId: string) =>
  query<{ event_id: string; type: string; position: string; status: string }>(
    'SELECT event_id, type, position, status FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY position',
    [endpointId],
  );
const typesOf = (rows: readonly { type: string }[]) => rows.map(({ type }) => type);
/** Stores events for a team; their subjects are new. */
const storeTeamEvents = (count: number, endpointId: string | null = null) =>
  `INSERT INTO events (id, team_id, type, subject, endpoint_id, payload, created_at)
     SELECT new_uuid(), '${reseller.id}', 'webhook.test', new_uuid(), ${endpointId === null ? 'NULL' : `'${endpointId}'`}, '{}', now()
       FROM generate_series(1, ${count})`;

describe('an event about an offer', () => {
  it.each([
    ['JPY', 5000, 4500],
    ['KWD', 10.125, 9.5],
    ['USD', 44.5, null],
  ])('shows prices in %s as the catalog does', async (currency, before, after) => {
    await storeEndpoint(harness, reseller.id);
    const sku = newId();
    const fees = { installationFee: before };
    const id = await makeOffer(harness, provider, {
      currency,
      monthlyPrice: before,
      fees,
      sku,
      name: 'A "\\\u2028\t',
    });
    const read = async () =>
      (await harness.call('GET', `/reseller/catalog/${id}`, undefined, reseller)).body as Record<
        string,
        unknown
      >;
    const old = await read();
    await patch(id, { monthlyPrice: after });
    const now = await read();
    await waitUntilRouted(harness);
    const { events } = await receivedBy(harness, reseller.id);
    const data = {
      offerId: id,
      providerTeamId: provider.id,
      name: now.name,
      category: null,
      sku,
      version: 2,
    };
    expect(events.map(({ event, data: shown }) => [event, shown])).toEqual([
      ['offer.published', { ...data, version: 1 }],
      ['offer.updated', data],
      ['offer.price_changed', { ...data, previousPricing: old.pricing, pricing: now.pricing }],
    ]);
    for (const { id: eventId, timestamp } of events) {
      expect(eventId).toMatch(/^evt_[0-9a-f]{12}7[0-9a-f]{19}$/);
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
    }
  });

  it('is not written while nobody subscribes', async () => {
    await storeEndpoint(harness, reseller.id, { enabled: false });
    await storeEndpoint(harness, reseller.id, { events: ['order.*', 'webhook.test'] });
    const count = 'SELECT count(*)::int AS n FROM events WHERE team_id IS NULL';
    const before = await query(count);
    const id = await makeOffer(harness, provider);
    expect(await query(count)).toEqual(before);
    await query(`INSERT INTO event_settings VALUES ($1, '{offer.withdrawn}', 1, now())`, [reseller.id]);
    await patch(id, { name: 'New' });
    await patch(id, { status: 'inactive' });
    await waitUntilRouted(harness);
    const { events } = await receivedBy(harness, reseller.id);
    expect(events.map(({ event, data }) => [event, data.name, data.version])).toEqual([
      ['offer.withdrawn', 'New', 2],
    ]);
    await query('DELETE FROM event_settings');
  });

  it('reaches each endpoint that subscribes to its type once, and only teams that are verified', async () => {
    const other = await makeTeam(harness, 'reseller');
    const unverified = await makeTeam(harness, 'reseller', { verified: false });
    const all = await storeEndpoint(harness, reseller.id);
    const some = await storeEndpoint(harness, reseller.id, {
      events: ['offer.published', 'offer.withdrawn'],
    });
    const others = await storeEndpoint(harness, other.id, { events: ['offer.*'] });
    const none = await storeEndpoint(harness, unverified.id);
    const own = await storeEndpoint(harness, provider.id);
    const id = await makeOffer(harness, provider, {
      visibility: 'selected',
      allowedResellers: [reseller.id],
    });
    await patch(id, { name: 'New' });
    await patch(id, { allowedResellers: [other.id] });
    await waitUntilRouted(harness);
    const toAll = await deliveriesTo(all);
    expect(typesOf(toAll)).toEqual(['offer.published', 'offer.updated', 'offer.withdrawn']);
    expect(typesOf(await deliveriesTo(some))).toEqual(['offer.published', 'offer.withdrawn']);
    expect(typesOf(await deliveriesTo(others))).toEqual(['offer.published']);
    expect([...(await deliveriesTo(none)), ...(await deliveriesTo(own))]).toEqual([]);
    const listed = await query(
      'SELECT event_id, position FROM event_recipients WHERE team_id = $1 ORDER BY position',
      [reseller.id],
    );
    expect(listed).toEqual(toAll.map(({ event_id, position }) => ({ event_id, position })));
    const [lane] = await query(
      'SELECT due_at <= now() AS due, wake FROM webhook_lanes WHERE endpoint_id = $1',
      [all],
    );
    expect(lane).toEqual({ due: true, wake: expect.stringMatching(/^[1-3]$/) });
  });

  it('is written for each offer of an upload, and for those that a feed retires', async () => {
    await storeEndpoint(harness, reseller.id);
    const skus = Array.from({ length: 600 }, (_, index) => `S${index}`);
    const lines = (monthlyPrice: number) =>
      skus.map((sku) => ({ sku, name: sku, status: 'active', monthlyPrice }));
    await uploadFeed(harness, provider, lines(10), { feed: 'daily' });
    await uploadOffers(harness, provider, lines(12));
    await uploadFeed(harness, provider, [{ sku: 'S0', name: 'S0', status: 'active', monthlyPrice: 12 }], {
      feed: 'daily',
      query: '&complete=true',
    });
    await waitUntilRouted(harness);
    const { events } = await receivedBy(harness, reseller.id);
    const bySku = new Map<unknown, string[]>();
    for (const { event, data } of events) bySku.set(data.sku, [...(bySku.get(data.sku) ?? []), event]);
    expect(bySku.size).toBe(600);
    const kept = ['offer.published', 'offer.updated', 'offer.price_changed'];
    for (const [sku, own] of bySku) expect(own).toEqual(sku === 'S0' ? kept : [...kept, 'offer.withdrawn']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});

describe('the router', () => {
  it('sends a test only to its endpoint, and does not list it', async () => {
    const endpoint = await storeEndpoint(harness, reseller.id, { events: ['order.*'] });
    await storeEndpoint(harness, reseller.id);
    await query(storeTeamEvents(1, endpoint));
    await waitUntilRouted(harness);
    expect(await deliveriesTo(endpoint)).toMatchObject([{ type: 'webhook.test', status: 'pending' }]);
    const listed = await query('SELECT FROM event_recipients WHERE team_id = $1', [reseller.id]);
    expect(listed).toEqual([]);
  });

  it('assigns positions in the order of the events, and lets those of teams overtake those about offers', async () => {
    const endpoint = await storeEndpoint(harness, reseller.id);
    const audience = JSON.stringify({ team: provider.id, before: null, after: 'public' });
    await harness.app.get(DataSource).transaction(async (manager) => {
      await manager.query(
        `INSERT INTO events (id, type, subject, audience, payload, created_at)
           SELECT new_uuid(), 'offer.published', new_uuid(), $1, '{}', now() FROM generate_series(1, 1200)`,
        [audience],
      );
      await manager.query(storeTeamEvents(700));
    });
    await waitUntilRouted(harness);
    const rows = await query<{ type: string; sorted: boolean; position: string }>(
      `SELECT d.type, d.position, d.position > lag(d.position) OVER (PARTITION BY d.type ORDER BY e.seq) AS sorted
         FROM webhook_deliveries d JOIN events e ON e.id = d.event_id WHERE d.endpoint_id = $1 ORDER BY d.position`,
      [endpoint],
    );
    expect(rows).toHaveLength(1900);
    expect(rows.filter(({ sorted }) => sorted === false)).toEqual([]);
    expect(new Set(typesOf(rows.slice(0, 500)))).toEqual(new Set(['webhook.test']));
    expect(rows.at(-1)?.type).toBe('offer.published');
  });

  it('holds back only the subject of an event that cannot be routed', async () => {
    const endpoint = await storeEndpoint(harness, reseller.id);
    const [bad, good] = [newId(), newId()];
    const insert = (subject: string, after: unknown) =>
      query(
        `INSERT INTO events (id, type, subject, audience, payload, created_at)
         VALUES (new_uuid(), 'offer.published', $1, $2, '{}', now())`,
        [subject, JSON.stringify({ team: provider.id, before: null, after })],
      );
    await insert(bad, ['not an ID']);
    await insert(bad, 'public');
    await insert(good, 'public');
    await query(storeTeamEvents(1));
    await waitUntilRouted(harness, [bad]);
    expect(typesOf(await deliveriesTo(endpoint)).toSorted()).toEqual(['offer.published', 'webhook.test']);
    const metrics = await harness.call('GET', '/metrics', undefined);
    expect(metrics.text).toMatch(/^events_waiting [2-4]$/m);
    expect(metrics.text).toMatch(/^events_oldest_waiting_seconds \d+(\.\d+)?$/m);
    await query('DELETE FROM events WHERE subject = $1', [bad]);
  });
});
