import { DataSource } from 'typeorm';
import { Encryption } from '../../src/encryption/encryption.js';
import type { EventType } from '../../src/events/event-types.js';
import { sealExcerpt } from '../../src/webhooks/deliveries/attempt-excerpts.js';
import { commitOnceBlocked } from '../support/blocked-statement.js';
import { makeTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { countSqlStatements } from '../support/recorded-statements.js';
import { unknownId } from '../support/subscriptions.js';
import { Hooks, laneOf, pauseLane } from '../support/webhooks.js';

let harness: Harness;
let hooks: Hooks;

beforeAll(async () => {
  // Nothing is sent, and no event is too old to be kept.
  harness = await start({ role: 'api', eventsRetentionDays: 36_500 });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  hooks = new Hooks(harness, await makeTeam(harness, 'hybrid'));
});

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const read = (path: string, headers = {}) => harness.call('GET', path, undefined, { ...hooks.team, headers });
const redeliver = (id: string) =>
  harness.call('POST', `/webhooks/deliveries/${id}/redeliver`, undefined, hooks.team);
const replay = (id: string, body: object) => hooks.call('POST', `${id}/replay`, body);

/** Stores events of the team that have been routed; the nth happened n minutes after `begin`. */
async function makeEvents(types: EventType[], subject = unknownId): Promise<string[]> {
  const rows = await sql(
    `WITH made AS (
       INSERT INTO events (id, team_id, type, subject, payload, routed, created_at)
         SELECT gen_random_uuid(), $1, type, $3, convert_to('{"n":' || n || '}', 'UTF8'), true,
                $4::timestamptz + n * interval '1 minute'
           FROM unnest($2::text[]) WITH ORDINALITY AS t (type, n) RETURNING *)
     INSERT INTO event_recipients (team_id, position, event_id, type, subject, created_at)
       SELECT team_id, nextval('event_positions'), id, type, subject, created_at
         FROM (SELECT * FROM made ORDER BY created_at) m RETURNING event_id`,
    [hooks.team.id, types, subject, begin],
  );
  return rows.map(({ event_id: id }: { event_id: string }) => id);
}
const begin = '2026-01-01T00:00:00Z';
const minute = (n: number) => new Date(Date.parse(begin) + n * 60_000).toISOString();

/** Creates a delivery of an event. */
async function makeDelivery(endpointId: string, eventId: string, status = 'delivered'): Promise<string> {
  const [row] = await sql(
    `INSERT INTO webhook_deliveries (id, endpoint_id, team_id, event_id, position, type, subject, status, attempts,
         failures, next_attempt_at, created_at)
       SELECT gen_random_uuid(), $1, team_id, event_id, position, type, subject, $3, 9, 9,
              CASE WHEN $3 = 'pending' THEN now() + interval '1 hour' END, created_at
         FROM event_recipients WHERE event_id = $2 RETURNING id`,
    [endpointId, eventId, status],
  );
  return row.id;
}

const addAttempt = async (deliveryId: string, at: string, error: string | null, excerpt: string) => {
  const id = crypto.randomUUID();
  const { bytes, keyId } = sealExcerpt(harness.app.get(Encryption), id, excerpt);
  const status = error === null ? 204 : 503;
  const values = [id, deliveryId, at, status, error, bytes, keyId];
  await sql('INSERT INTO webhook_attempts VALUES ($1, $2, $3, 120, $4, $5, $6, $7)', values);
};
const statusesOf = async (endpointId: string) => {
  const rows = await sql(
    'SELECT event_id, status, next_attempt_at <= now() AS due, failures FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY position',
    [endpointId],
  );
  return rows as { event_id: string; status: string; due: boolean | null; failures: number }[];
};

describe('lists of deliveries', () => {
  it('show every attempt, the newest event first, and filter', async () => {
    const [id, other] = [await hooks.id(), await hooks.id()];
    const [first = '', second = ''] = await makeEvents(['order.created', 'order.cancelled']);
    const [third = ''] = await makeEvents(['order.created'], hooks.team.id);
    const deliveries = [
      await makeDelivery(id, first),
      await makeDelivery(id, second, 'dead'),
      await makeDelivery(id, third, 'pending'),
    ];
    const elsewhere = await makeDelivery(other, second, 'dead');
    await addAttempt(deliveries[0] ?? '', '2026-01-01T00:05:00Z', null, '');
    await addAttempt(
      deliveries[0] ?? '',
      '2026-01-01T00:01:00Z',
      'The receiver answered with status 503',
      'Ü',
    );
    const list = `/webhooks/endpoints/${id}/deliveries`;
    const all = await read(`${list}?count=true`);
    const idsIn = ({ body }: { body: { id: string }[] }) => body.map((each) => each.id);
    expect(idsIn(all)).toEqual(deliveries.toReversed());
    expect(all.headers['x-total-count']).toBe('3');
    const { attempts, ...delivery } = all.body[2];
    expect(delivery).toMatchObject({
      eventId: `evt_${first.replaceAll('-', '')}`,
      event: 'order.created',
      subject: unknownId,
      status: 'delivered',
    });
    expect(attempts).toEqual([
      {
        at: '2026-01-01T00:01:00.000Z',
        durationMs: 120,
        statusCode: 503,
        error: 'The receiver answered with status 503',
        response: 'Ü',
      },
      { at: '2026-01-01T00:05:00.000Z', durationMs: 120, statusCode: 204, error: null, response: '' },
    ]);
    const { payload, ...detail } = (await read(`/webhooks/deliveries/${deliveries[0]}`)).body;
    expect([detail, payload]).toEqual([all.body[2], { n: 1 }]);
    const filters: [string, number[]][] = [
      ['status=dead', [1]],
      ['event=order.created', [2, 0]],
      [`subject=${hooks.team.id}`, [2]],
      [`subject=${unknownId}`, [1, 0]],
      [`eventId=evt_${second.replaceAll('-', '')}`, [1]],
      [`eventId=${second}&status=pending`, []],
    ];
    for (const [query, expected] of filters)
      expect([query, idsIn(await read(`${list}?${query}`)).map((each) => deliveries.indexOf(each))]).toEqual([
        query,
        expected,
      ]);
    expect(idsIn(await read('/webhooks/deliveries?status=dead')).toSorted()).toEqual(
      [deliveries[1], elsewhere].toSorted(),
    );
    expect(idsIn(await read(`/webhooks/deliveries?endpointId=${other}`))).toEqual([elsewhere]);
    expect((await read(`/webhooks/deliveries?endpointId=${unknownId}`)).status).toBe(404);
    for (const query of ['status=failed', 'event=order.*', 'subject=x', 'eventId=evt_1', 'limit=0'])
      expect((await read(`${list}?${query}`)).status).toBe(400);
  });

  it('are read page by page, with one statement each', async () => {
    const [id, other] = [await hooks.id(), await hooks.id()];
    const events = await makeEvents(Array.from({ length: 7 }, () => 'order.created' as const));
    for (const event of events) {
      await makeDelivery(id, event);
      await makeDelivery(other, event);
    }
    for (const [path, total] of [
      [`/webhooks/endpoints/${id}/deliveries`, 7],
      ['/webhooks/deliveries', 14],
    ] as const) {
      const found: string[] = [];
      let next: string | undefined = `${path}?limit=3`;
      while (next) {
        const page = await read(next);
        found.push(...page.body.map((each: { eventId: string }) => each.eventId));
        next = /<(.*)>/.exec(page.headers.link ?? '')?.[1];
      }
      expect(found).toHaveLength(total);
      expect([...new Set(found)]).toEqual(
        events.toReversed().map((event) => `evt_${event.replaceAll('-', '')}`),
      );
      expect(await countSqlStatements(() => read(path))).toBe(1);
    }
    hooks = new Hooks(harness, await makeTeam(harness, 'reseller'));
    expect((await read('/webhooks/deliveries')).body).toEqual([]);
    const empty = await hooks.id();
    expect((await read(`/webhooks/endpoints/${empty}/deliveries?count=true`)).body).toEqual([]);
  });
});

describe('POST /webhooks/deliveries/{id}/redeliver', () => {
  it('makes a delivery due with all retries, and ends a pause', async () => {
    const id = await hooks.id();
    await pauseLane(harness, id);
    const events = await makeEvents(['order.created', 'order.created', 'order.created']);
    const deliveries: string[] = [];
    for (const [index, status] of ['delivered', 'dead', 'pending'].entries())
      deliveries.push(await makeDelivery(id, events[index] ?? '', status));
    for (const delivery of deliveries) {
      const reply = await redeliver(delivery);
      expect([reply.status, reply.body.status]).toEqual([202, 'pending']);
      expect(reply.headers.location).toBe(`/webhooks/deliveries/${delivery}`);
    }
    const due = { status: 'pending', due: true, failures: 0 };
    expect(await statusesOf(id)).toEqual(events.map((event) => ({ event_id: event, ...due })));
    expect(await laneOf(harness, id)).toMatchObject({ due: true, breaker: 'open', paused: false });
    await hooks.call('PATCH', id, { enabled: false });
    expect((await redeliver(deliveries[0] ?? '')).status).toBe(409);
    for (const unknown of [unknownId, 'x', id]) expect((await redeliver(unknown)).status).toBe(404);
    hooks = new Hooks(harness, await makeTeam(harness, 'hybrid'));
    expect((await redeliver(deliveries[0] ?? '')).status).toBe(404);
    expect((await read(`/webhooks/deliveries/${deliveries[0]}`)).status).toBe(404);
  });
});

describe('POST /webhooks/endpoints/{id}/replay', () => {
  const types: EventType[] = [
    'order.created',
    'offer.updated',
    'order.cancelled',
    'order.created',
    'order.created',
  ];

  it('sends events again that the endpoint subscribes to, and does not repeat itself', async () => {
    const id = await hooks.id();
    const events = await makeEvents(types);
    await makeDelivery(id, events[0] ?? '');
    await makeDelivery(id, events[2] ?? '', 'dead');
    await makeDelivery(id, events[3] ?? '');
    await makeDelivery(id, events[4] ?? '', 'pending');
    const reply = await replay(id, { since: minute(2), until: minute(4) });
    expect([reply.status, reply.body]).toEqual([202, { replayed: 1, next: null }]);
    expect((await replay(id, { since: begin, until: minute(5) })).body.replayed).toBe(2);
    expect((await replay(id, { since: begin })).body.replayed).toBe(0);
    expect((await statusesOf(id)).map(({ event_id: event, status, due }) => [event, status, due])).toEqual(
      [0, 2, 3, 4].map((index) => [events[index], 'pending', true]),
    );
    expect(await laneOf(harness, id)).toMatchObject({ due: true });
  });

  it('creates missing deliveries, only those asked for, and only undelivered ones', async () => {
    const id = await hooks.id({ events: ['*'] });
    const events = await makeEvents(types);
    await makeDelivery(id, events[0] ?? '');
    await makeDelivery(id, events[3] ?? '', 'dead');
    const missing = await replay(id, { since: begin, events: ['order.created'], onlyUndelivered: true });
    expect(missing.body.replayed).toBe(2);
    expect(
      (await statusesOf(id)).map(({ event_id: event, status }) => [events.indexOf(event), status]),
    ).toEqual([
      [0, 'delivered'],
      [3, 'pending'],
      [4, 'pending'],
    ]);
    expect((await replay(id, { since: begin, events: ['offer.*'] })).body.replayed).toBe(1);
    expect((await replay(id, { since: begin })).body.replayed).toBe(2);
    expect((await statusesOf(id)).map(({ event_id: event }) => event)).toEqual(events);
  });

  it('goes on after 5,000 events', async () => {
    const id = await hooks.id();
    await makeEvents(Array.from({ length: 5_500 }, () => 'order.created' as const));
    const body = { since: begin };
    const first = (await replay(id, body)).body;
    expect(first).toEqual({ replayed: 5_000, next: expect.any(String) });
    expect((await replay(id, { since: minute(1), after: first.next })).body.code).toBe('INVALID_CURSOR');
    expect((await replay(id, { ...body, after: first.next })).body).toEqual({ replayed: 500, next: null });
    expect(await statusesOf(id)).toHaveLength(5_500);
    expect((await hooks.call('GET', id)).body.pendingDeliveries).toBe(1000);
  });

  it('omits an event that is deleted at the same time', async () => {
    const id = await hooks.id();
    const [first, second] = await makeEvents(['order.created', 'order.created']);
    const reply = await commitOnceBlocked(
      harness,
      (manager) => manager.query('DELETE FROM events WHERE id = $1', [first]),
      () => replay(id, { since: begin }),
    );
    expect([reply.status, reply.body]).toEqual([202, { replayed: 1, next: null }]);
    expect((await statusesOf(id)).map(({ event_id: event }) => event)).toEqual([second]);
  });

  it('400 names each field, 409 if the endpoint is disabled', async () => {
    const id = await hooks.id({ enabled: false });
    expect(fieldsOf(await replay(id, {}))).toEqual(['since']);
    const wrong = { since: minute(1), until: minute(1), events: ['order.*', 'x'] };
    expect(fieldsOf(await replay(id, wrong))).toEqual(['events[1]', 'until']);
    expect((await replay(id, { since: begin, after: 'x' })).body.code).toBe('INVALID_CURSOR');
    expect((await replay(id, { since: begin })).status).toBe(409);
  });
});
