import { DataSource } from 'typeorm';
import { Encryption } from '../../src/encryption/encryption.js';
import { giveUpKey } from '../../src/encryption/key-rotation.js';
import { eventTypeNames, eventTypes } from '../../src/events/event-types.js';
import { sealedTables } from '../../src/sealed-tables.js';
import { Sql } from '../../src/sql/sql.js';
import { validate } from '../../src/validation/validate.js';
import { exampleOfDto } from '../../src/webhooks/deliveries/event-example.js';
import { DeletedEndpoints } from '../../src/webhooks/endpoints/deleted-endpoints.js';
import { openEndpoint, signingSecrets } from '../../src/webhooks/endpoints/endpoint-secrets.js';
import { makeTeam } from '../support/factories.js';
import { fieldsOf, start, testDataKey, type Harness } from '../support/harness.js';
import { Hooks, laneOf, pauseLane } from '../support/webhooks.js';

let harness: Harness;
let hooks: Hooks;

beforeAll(async () => {
  // Nothing is sent.
  harness = await start({ role: 'api' });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  hooks = new Hooks(harness, await makeTeam(harness, 'hybrid'));
});

const hidden = '********';
const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const read = (path: string, headers = {}) => harness.call('GET', path, undefined, { ...hooks.team, headers });
const stored = async (id: string) => {
  const [row] = await sql(
    'SELECT sealed, data_key_id AS "keyId", previous_secret_until AS until, version FROM webhook_endpoints WHERE id = $1',
    [id],
  );
  const secrets = openEndpoint(harness.app.get(Encryption), id, row);
  return { secrets, until: row.until as Date | null, version: row.version as number };
};

describe('PATCH /webhooks/endpoints/{id}', () => {
  it('changes only what it contains, and nothing if it repeats what was read', async () => {
    const id = await hooks.id({ description: 'a', maxPerSecond: 5, headers: { 'X-A': '1', 'X-B': '2' } });
    const before = (await hooks.call('GET', id)).body;
    const same = await hooks.call('PATCH', id, before);
    expect([same.status, same.body]).toEqual([200, before]);
    expect((await stored(id)).version).toBe(1);
    const patch = { events: ['*'], description: null, maxPerSecond: null };
    expect((await hooks.call('PATCH', id, patch)).body).toEqual({
      ...before,
      ...patch,
      updatedAt: expect.any(String),
    });
    expect(await stored(id)).toMatchObject({ version: 2, secrets: { headers: { 'x-a': '1', 'x-b': '2' } } });
  });

  it('merges headers one by one', async () => {
    const id = await hooks.id({ headers: { 'X-A': '1', 'X-B': '2' } });
    const { body } = await hooks.call('PATCH', id, { headers: { 'x-A': hidden, 'X-b': null, 'x-c': '3' } });
    expect(body.headers).toEqual({ 'x-a': hidden, 'x-c': hidden });
    expect((await stored(id)).secrets?.headers).toEqual({ 'x-a': '1', 'x-c': '3' });
    expect(fieldsOf(await hooks.call('PATCH', id, { headers: { 'x-d': hidden } }))).toEqual(['headers.x-d']);
    expect((await hooks.call('PATCH', id, { headers: null })).body.headers).toEqual({});
  });

  it('400 names each field, and null clears only what can be absent', async () => {
    const id = await hooks.id();
    const wrong = {
      url: 'https://10.0.0.1',
      events: ['x'],
      enabled: null,
      headers: { te: 'x' },
      color: 'red',
    };
    expect(fieldsOf(await hooks.call('PATCH', id, wrong)).toSorted()).toEqual([
      'color',
      'enabled',
      'events[0]',
      'headers.te',
      'url',
    ]);
    expect((await hooks.call('PATCH', id, [])).status).toBe(400);
    expect((await stored(id)).version).toBe(1);
  });

  it('stops sending when it disables, and starts anew when it enables', async () => {
    const id = await hooks.id();
    await pauseLane(harness, id);
    const off = await hooks.call('PATCH', id, { enabled: false });
    expect(off.body).toMatchObject({
      state: 'disabled',
      disabledReason: null,
      disabledAt: expect.any(String),
    });
    expect(await laneOf(harness, id)).toMatchObject({ due: null, wake: 1 });
    await sql("UPDATE webhook_endpoints SET disabled_reason = 'gone' WHERE id = $1", [id]);
    expect((await hooks.call('GET', id)).body.disabledReason).toBe('gone');
    const on = await hooks.call('PATCH', id, { enabled: true });
    expect(on.body).toMatchObject({
      state: 'active',
      disabledReason: null,
      disabledAt: null,
      consecutiveFailures: 0,
      failingSince: null,
    });
    const lane = { due: true, wake: 2, failures: 0, breaker: 'closed', paused: null };
    expect(await laneOf(harness, id)).toEqual(lane);
  });

  it('forgets failures when the URL changes, and keeps them otherwise', async () => {
    const id = await hooks.id();
    await pauseLane(harness, id);
    await hooks.call('PATCH', id, { maxPerSecond: 3 });
    expect(await laneOf(harness, id)).toMatchObject({ failures: 12, breaker: 'open', paused: true });
    await hooks.call('PATCH', id, { url: 'https://hooks.example.com/other' });
    expect(await laneOf(harness, id)).toMatchObject({ failures: 0, breaker: 'closed', due: true });
  });
});

describe('POST /webhooks/endpoints/{id}/rotate-secret', () => {
  it('signs with both secrets during the grace period', async () => {
    const { id, secret: old } = (await hooks.create({ headers: { 'x-a': '1' } })).body;
    const { body, status } = await hooks.call('POST', `${id}/rotate-secret`, { gracePeriodHours: 2 });
    expect([status, body.secret]).not.toEqual([200, old]);
    const { secrets, until } = await stored(id);
    expect(secrets).toEqual({ secret: body.secret, previousSecret: old, headers: { 'x-a': '1' } });
    expect(body.previousSecretUntil).toBe(until?.toISOString());
    const end = until?.getTime() ?? 0;
    expect(Math.abs(end - Date.now() - 7_200_000)).toBeLessThan(60_000);
    const at = (ms: number) => secrets && signingSecrets(secrets, until, new Date(ms));
    expect([at(end - 1), at(end)]).toEqual([[body.secret, old], [body.secret]]);
    const again = await hooks.call('POST', `${id}/rotate-secret`);
    expect([again.status, again.body.detail]).toEqual([
      409,
      expect.stringContaining('gracePeriodHours to 0'),
    ]);
    const last = await hooks.call('POST', `${id}/rotate-secret`, { gracePeriodHours: 0 });
    expect(last.body.previousSecretUntil).toBeNull();
    expect(await stored(id)).toMatchObject({
      secrets: { secret: last.body.secret, headers: { 'x-a': '1' } },
      until: null,
    });
    expect((await stored(id)).secrets).not.toHaveProperty('previousSecret');
    expect((await hooks.call('GET', id)).body).not.toHaveProperty('secret');
  });

  it('has a grace period of 24 hours by default, and of a week at most', async () => {
    const id = await hooks.id();
    const { previousSecretUntil } = (await hooks.call('POST', `${id}/rotate-secret`)).body;
    expect(Math.abs(Date.parse(previousSecretUntil) - Date.now() - 86_400_000)).toBeLessThan(60_000);
    for (const gracePeriodHours of [-1, 169, 1.5, '2', null])
      expect(fieldsOf(await hooks.call('POST', `${id}/rotate-secret`, { gracePeriodHours }))).toEqual([
        'gracePeriodHours',
      ]);
    await sql("UPDATE webhook_endpoints SET previous_secret_until = now() - interval '1 s' WHERE id = $1", [
      id,
    ]);
    expect((await hooks.call('GET', id)).body.previousSecretUntil).toBeNull();
    expect((await hooks.call('POST', `${id}/rotate-secret`)).status).toBe(200);
  });

  it('restores an endpoint whose secret is lost', async () => {
    const id = await hooks.id({ headers: { 'x-a': '1' } });
    await giveUpKey(harness.app.get(Sql), sealedTables, testDataKey.id);
    expect((await hooks.call('GET', id)).body).toMatchObject({
      enabled: true,
      state: 'disabled',
      disabledReason: 'secret_lost',
      headers: {},
    });
    const patch = await hooks.call('PATCH', id, { headers: { 'x-a': '1' } });
    expect([patch.status, patch.body.detail]).toEqual([409, expect.stringContaining('rotate it')]);
    expect((await hooks.call('PATCH', id, { description: 'lost' })).status).toBe(200);
    const { body } = await hooks.call('POST', `${id}/rotate-secret`);
    expect(body).toMatchObject({ state: 'active', disabledReason: null, previousSecretUntil: null });
    expect((await stored(id)).secrets).toEqual({ secret: body.secret, headers: {} });
    expect(await laneOf(harness, id)).toMatchObject({ due: true });
  });
});

describe('POST /webhooks/endpoints/{id}/test', () => {
  it('creates a delivery that is due at once, without an event in the list', async () => {
    const id = await hooks.id();
    await pauseLane(harness, id);
    const reply = await hooks.call('POST', `${id}/test`);
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({
      endpointId: id,
      event: 'webhook.test',
      status: 'pending',
      attemptCount: 0,
      attempts: [],
      payload: {
        id: reply.body.eventId,
        event: 'webhook.test',
        data: { endpointId: id, message: 'This is a test of your endpoint.' },
      },
    });
    const { location = '' } = reply.headers;
    expect(location).toBe(`/webhooks/deliveries/${reply.body.id}`);
    const found = await read(location);
    expect([found.text, found.headers.etag]).toEqual([reply.text, reply.headers.etag]);
    expect((await read(location, { 'if-none-match': found.headers.etag })).status).toBe(304);
    expect(await laneOf(harness, id)).toMatchObject({ due: true, breaker: 'open', paused: true });
    const events = await sql('SELECT routed, endpoint_id FROM events WHERE team_id = $1', [hooks.team.id]);
    expect(events).toEqual([{ routed: true, endpoint_id: id }]);
    expect(await sql('SELECT 1 FROM event_recipients WHERE team_id = $1', [hooks.team.id])).toEqual([]);
  });

  it('sends the example of any type, marked as a test', async () => {
    const id = await hooks.id();
    const { body } = await hooks.call('POST', `${id}/test`, { event: 'order.created' });
    expect(body.payload).toMatchObject({
      event: 'order.created',
      data: { test: true, offerName: 'Fibre 500' },
    });
    const [row] = await sql('SELECT payload, sealed FROM events WHERE endpoint_id = $1', [id]);
    expect([row.payload, row.sealed === null]).toEqual([null, false]);
    for (const type of eventTypeNames) {
      const data: new () => object = eventTypes[type].data;
      expect([type, validate(data, exampleOfDto(data)).errors]).toEqual([type, []]);
    }
  });

  it('400 for an unknown type and one that the team never receives, 409 if the endpoint is disabled', async () => {
    const id = await hooks.id({ enabled: false });
    expect(fieldsOf(await hooks.call('POST', `${id}/test`, { event: 'order.*' }))).toEqual(['event']);
    expect((await hooks.call('POST', `${id}/test`)).status).toBe(409);
    hooks = new Hooks(harness, await makeTeam(harness, 'provider'));
    const other = await hooks.id();
    const reply = await hooks.call('POST', `${other}/test`, { event: 'order.rejected' });
    expect([fieldsOf(reply), reply.body.detail]).toEqual([
      ['event'],
      expect.stringMatching(/only to resellers/),
    ]);
  });
});

describe('DELETE /webhooks/endpoints/{id}', () => {
  it('hides the endpoint at once, and deletes its rows later', async () => {
    const [id, kept] = [await hooks.id(), await hooks.id()];
    const deliveries = await Promise.all(
      [id, kept].map((each) => hooks.call('POST', `${each}/test`).then(({ body }) => body.id as string)),
    );
    expect((await hooks.call('DELETE', id)).status).toBe(204);
    expect((await hooks.call('DELETE', id)).status).toBe(404);
    expect((await hooks.call('GET', `${id}/deliveries`)).status).toBe(404);
    expect((await read(`/webhooks/deliveries/${deliveries[0]}`)).status).toBe(404);
    expect((await read('/webhooks/deliveries')).body.map((delivery: { id: string }) => delivery.id)).toEqual([
      deliveries[1],
    ]);
    expect(
      (await harness.call('POST', `/webhooks/deliveries/${deliveries[0]}/redeliver`, undefined, hooks.team))
        .status,
    ).toBe(404);
    expect(await sql('SELECT sealed FROM webhook_endpoints WHERE id = $1', [id])).toEqual([{ sealed: null }]);
    const job = harness.app.get(DeletedEndpoints);
    const rowsLeft = async () =>
      (
        await sql(
          `SELECT (SELECT count(*)::int FROM webhook_endpoints WHERE id = $1)
             + (SELECT count(*)::int FROM webhook_deliveries WHERE endpoint_id = $1) AS left`,
          [id],
        )
      )[0].left;
    await job.deleteAll();
    expect(await rowsLeft()).toBe(2);
    await sql("UPDATE webhook_endpoints SET deleted_at = deleted_at - interval '10 minutes' WHERE id = $1", [
      id,
    ]);
    await Promise.all([job.deleteAll(), job.deleteAll()]);
    await job.deleteAll();
    expect(await rowsLeft()).toBe(0);
    expect((await hooks.call('GET', kept)).status).toBe(200);
  });
});
