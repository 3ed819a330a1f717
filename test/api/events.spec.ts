import { DataSource } from 'typeorm';
import { EventRetention } from '../../src/events/event-retention.service.js';
import { ExpiringKeys } from '../../src/events/expiring-keys.service.js';
import { v7 } from 'uuid';
import { Encryption } from '../../src/encryption/encryption.js';
import { insertEvents } from '../../src/events/events.write.js';
import { newEvent } from '../../src/events/new-event.js';
import { CursorCodec } from '../../src/paging/cursor.js';
import { Sql } from '../../src/sql/sql.js';
import { EventStream, getEvents, makePartner, typesOf } from '../support/events.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer } from '../support/order-factories.js';
import { OrderMoves } from '../support/order-moves.js';
import { countSqlStatements } from '../support/recorded-statements.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ maxRequestsInFlight: 6, databasePoolSize: 5 });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const list = (query: Record<string, string | number> = {}, team = reseller) =>
  getEvents(harness, team, query);

const addPartner = (effectiveDate?: string) => makePartner(harness, provider, reseller, effectiveDate);

/** Stores events of the reseller as the router leaves them. */
async function storeEvents(
  count: number,
  { name = 'Northwind', type = 'partner.removed' as 'partner.removed' | 'order.rejected', days = 0 } = {},
): Promise<void> {
  const encryption = harness.app.get(Encryption);
  const at = new Date(Date.now() - days * 86_400_000);
  const about = { teamId: reseller.id, subject: reseller.id, at };
  const data = { providerTeamId: provider.id, providerName: name };
  const events = Array.from({ length: count }, () => ({
    ...newEvent(encryption, { type: 'partner.removed', ...about, data }),
    type,
    id: v7({ msecs: at.getTime() }),
  }));
  await harness.app.get(Sql).transaction(async (tx) => {
    await tx.rows(insertEvents(events));
    await tx.rows({
      text: `WITH routed AS (UPDATE events SET routed = true WHERE id = ANY ($1::uuid[]) RETURNING *)
        INSERT INTO event_recipients (team_id, position, event_id, type, subject, created_at)
          SELECT team_id, nextval('event_positions'), id, type, subject, created_at FROM (SELECT * FROM routed ORDER BY seq) r`,
      values: [events.map(({ id }) => id)],
    });
  });
}

describe('GET /events', () => {
  it('returns the stored bytes, oldest first, page by page', async () => {
    expect((await list()).body).toEqual({ events: [], next: expect.any(String), more: false });
    await storeEvents(5, { name: 'Zoë \\ "quoted" 🚀' });
    const rows = (await sql(
      `SELECT convert_from(payload, 'UTF8') AS text FROM event_recipients JOIN events ON id = event_id
        WHERE event_recipients.team_id = $1 ORDER BY position`,
      [reseller.id],
    )) as { text: string }[];
    const texts = rows.map(({ text }) => text);
    const first = await list({ limit: 2 });
    expect(first.text.startsWith(`{"events":[${texts.slice(0, 2).join(',')}],"next":`)).toBe(true);
    expect(first.body.more).toBe(true);
    const second = await list({ limit: 3, after: first.body.next });
    expect(second.text).toContain(`[${texts.slice(2).join(',')}]`);
    expect(second.body.more).toBe(false);
    expect((await list({ after: second.body.next })).body.events).toEqual([]);
    // Other teams see none of it, nor can they use the cursor.
    expect((await list({}, provider)).body.events).toEqual([]);
    expect((await list({ after: second.body.next }, provider)).body.code).toBe('INVALID_CURSOR');
  });

  it('starts at the end with after=now', async () => {
    await storeEvents(2);
    const start = await list({ after: 'now' });
    expect(start.body).toMatchObject({ events: [], more: false });
    await storeEvents(1);
    expect((await list({ after: start.body.next })).body.events).toHaveLength(1);
  });

  it('filters by types and subject', async () => {
    await addPartner();
    await harness.call('DELETE', `/provider/partners/preferred/${reseller.id}`, undefined, provider);
    const events = await new EventStream(harness, reseller).take(2);
    expect(events.map(({ event }) => event)).toEqual(['partner.added', 'partner.removed']);
    expect(typesOf(await list({ types: 'partner.removed,order.*' }))).toEqual(['partner.removed']);
    expect(typesOf(await list({ types: 'partner.*' }))).toHaveLength(2);
    expect(typesOf(await list({ types: '*', subject: provider.id }))).toHaveLength(2);
    const none = await list({ types: 'order.created' });
    expect(none.body).toMatchObject({ events: [], more: false });
    // The cursor is behind the events that did not match.
    expect((await list({ after: none.body.next })).body.events).toEqual([]);
    expect((await list({ subject: reseller.id })).body.events).toEqual([]);
  });

  it('finds a rare type among many events in several requests', async () => {
    await storeEvents(10_001, { type: 'order.rejected' });
    await storeEvents(1);
    const first = await list({ types: 'partner.removed' });
    expect(first.body).toMatchObject({ events: [], more: true });
    const second = await list({ types: 'partner.removed', after: first.body.next });
    expect([typesOf(second), second.body.more]).toEqual([['partner.removed'], false]);
  });

  it('ends a page at 4 MiB', async () => {
    await storeEvents(100, { name: 'x'.repeat(60_000) });
    // Not checked against the document, which allows shorter names only.
    const url = `${harness.url}/events?limit=100`;
    const reply = await fetch(url, { headers: { 'x-api-key': reseller.key } });
    const text = await reply.text();
    expect(text.length).toBeLessThan(4 * 1024 * 1024);
    const { events, more } = JSON.parse(text) as { events: unknown[]; more: boolean };
    expect([events.length > 50, more]).toEqual([true, true]);
  });

  it.each([
    ['types=order.create', 'types[0]'],
    ['types=', 'types[0]'],
    ['subject=1', 'subject'],
    ['wait=31', 'wait'],
    ['wait=1.5', 'wait'],
    ['limit=0', 'limit'],
    ['since=x', 'since'],
  ])('refuses %s', async (query, field) => {
    const reply = await harness.call('GET', `/events?${query}`, undefined, reseller);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
  });

  it('refuses cursors that are invalid, too old, or from before a restore', async () => {
    const cursor = (position: string, time: Date) =>
      harness.app.get(CursorCodec).encode(`events ${reseller.id}`, [position, time.toISOString()]);
    const [{ last }] = (await sql('SELECT last_value AS last FROM event_positions')) as [{ last: string }];
    const beyond = String(BigInt(last) + 1000n);
    const old = new Date(Date.now() - 31 * 86_400_000);
    for (const after of ['x', cursor(beyond, new Date()), cursor('0', old)]) {
      const reply = await list({ after });
      expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_CURSOR']);
    }
    expect((await list({ after: cursor('0', new Date()) })).status).toBe(200);
  });

  it('needs a fixed number of statements', async () => {
    await storeEvents(60);
    expect(await countSqlStatements(() => list({ limit: 1 }))).toBe(1);
    expect(await countSqlStatements(() => list({ limit: 50, types: '*', wait: 5 }))).toBe(1);
  });
});

describe('events about a team', () => {
  it('tells resellers of partnerships that are new, changed or over', async () => {
    await addPartner('2026-03-01');
    await addPartner('2026-03-01');
    await addPartner('2026-04-01');
    await harness.call('DELETE', `/provider/partners/preferred/${reseller.id}`, undefined, provider);
    const who = { providerTeamId: provider.id, providerName: provider.name };
    const events = await new EventStream(harness, reseller).take(3);
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['partner.added', { ...who, effectiveDate: '2026-03-01', previousEffectiveDate: null }],
      ['partner.added', { ...who, effectiveDate: '2026-04-01', previousEffectiveDate: '2026-03-01' }],
      ['partner.removed', who],
    ]);
  });

  it('announces each key that expires soon once', async () => {
    const expiring = async (days: number, createdDaysAgo: number) => {
      const expiresAt = new Date(Date.now() + days * 86_400_000).toISOString();
      const path = `/admin/teams/${reseller.id}/api-keys`;
      const { body } = await harness.call('POST', path, { name: 'k', expiresAt }, { key: adminKey });
      await sql(`UPDATE api_keys SET created_at = now() - make_interval(days => $2) WHERE id = $1`, [
        body.id,
        createdDaysAgo,
      ]);
      return body as { id: string; expiresAt: string; prefix: string; last4: string };
    };
    const soon = await expiring(6, 20);
    await expiring(8, 20);
    const shortLived = await expiring(0.5, 0);
    const keys = harness.app.get(ExpiringKeys);
    await Promise.all([keys.announce(), keys.announce()]);
    await keys.announce();
    const [event] = await new EventStream(harness, reseller).take(1);
    const { id: apiKeyId, expiresAt, prefix, last4 } = soon;
    expect(event).toMatchObject({
      event: 'api_key.expiring',
      data: { apiKeyId, name: 'k', prefix, last4, expiresAt },
    });
    expect(event?.data.apiKeyId).not.toBe(shortLived.id);
  });

  it('deletes old events', async () => {
    await storeEvents(3, { days: 31 });
    await storeEvents(1, { days: 29 });
    const retention = harness.app.get(EventRetention);
    await Promise.all([retention.deleteOld(), retention.deleteOld()]);
    expect((await list()).body.events).toHaveLength(1);
  });
});

describe('settings', () => {
  const update = (body: object, team = reseller, headers = {}) =>
    harness.call('PATCH', '/events/settings', body, { ...team, headers });

  it('decides which events about offers a reseller gets', async () => {
    const get = () => harness.call('GET', '/events/settings', undefined, reseller);
    const unset = await get();
    expect([unset.body, unset.headers.etag]).toEqual([{ offerEvents: [] }, '"v0"']);
    const all = ['offer.published', 'offer.updated', 'offer.price_changed', 'offer.withdrawn'];
    const changed = await update({ offerEvents: all.toReversed() }, reseller, { 'if-match': '"v0"' });
    expect([changed.body, changed.headers.etag]).toEqual([{ offerEvents: all }, '"v1"']);
    expect((await get()).headers.etag).toBe('"v1"');
    expect((await update({ offerEvents: [] }, reseller, { 'if-match': '"v0"' })).status).toBe(412);
    expect((await update({})).headers.etag).toBe('"v1"');
    const fresh = await harness.call('GET', '/events/settings', undefined, {
      ...reseller,
      headers: { 'if-none-match': '"v1"' },
    });
    expect(fresh.status).toBe(304);

    const offerId = await makeOffer(harness, provider);
    const path = `/provider/offers/${offerId}`;
    await harness.call('PATCH', path, { monthlyPrice: 39.9 }, provider);
    await harness.call('PATCH', path, { status: 'inactive' }, provider);
    const events = await new EventStream(harness, reseller).take(4);
    expect(events.map(({ event }) => event)).toEqual(all);
    expect(events.every(({ data }) => data.offerId === offerId)).toBe(true);
    // Orders need no subscription.
    const other = await makeOffer(harness, provider);
    await new OrderMoves(harness, provider, reseller, other).placed('accepted');
    expect(typesOf(await list({ types: 'order.*', wait: 10 }))).toEqual(['order.status_changed']);
  });

  it('refuses unknown types, and events about offers for providers', async () => {
    for (const offerEvents of [['order.created'], ['offer.*'], null, 'offer.updated'])
      expect((await update({ offerEvents })).status).toBe(400);
    const ofProvider = await update({ offerEvents: ['offer.updated'] }, provider);
    expect([ofProvider.status, fieldsOf(ofProvider)]).toEqual([400, ['offerEvents']]);
    expect((await update({ offerEvents: [] }, provider)).status).toBe(200);
  });
});
