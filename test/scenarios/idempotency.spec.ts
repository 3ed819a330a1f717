import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { deleteExpiredResponses, eraseStoredResponses } from '../../src/idempotency/stored-responses.js';
import { Sql } from '../../src/sql/sql.js';
import { countRows } from '../support/count-rows.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, testDataKey, type Harness, type Reply } from '../support/harness.js';
import { Service } from '../support/service.js';
import { until } from '../support/until.js';

let one: Harness;
let two: Harness;
let team: TestTeam;
beforeAll(async () => {
  one = await start({ databasePoolSize: 40 });
  two = await start({ databasePoolSize: 40 }, one.databaseUrl);
  team = await makeTeam(one, 'provider');
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const post = (harness: Harness, key: string, body: object): Promise<Reply> =>
  harness.call('POST', '/provider/offers', body, { key: team.key, headers: { 'idempotency-key': key } });
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true';
const countOf = async (name: string) => {
  const list = await one.call('GET', '/provider/offers?limit=100', undefined, team);
  return (list.body as { name: string }[]).filter((offer) => offer.name === name).length;
};
const query = <T>(sql: string): Promise<T[]> => one.app.get(DataSource).query(sql);

/** Runs `work` while new offers of the team wait for a lock. */
const whileBlocked = <T>(work: () => Promise<T>): Promise<T> =>
  one.app.get(DataSource).transaction(async (manager) => {
    await manager.query(`SELECT 1 FROM teams WHERE id = '${team.id}' FOR UPDATE`);
    return work();
  });

/** Waits until an offer waits for the lock. @param sql what to select of its session */
const untilOneWaits = (sql = '1') =>
  until(async () => {
    const waiting = `SELECT ${sql} FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (await query(waiting)).length > 0;
  });

it('32 parallel requests with a key to two processes create one offer', async () => {
  for (let round = 0; round < 3; round += 1) {
    const key = randomUUID();
    const send = (index: number) => post(index % 2 ? one : two, key, { name: key });
    const replies = await Promise.all(Array.from({ length: 32 }, (_, index) => send(index)));
    const created = replies.filter(({ status }) => status === 201);
    expect(created.filter((reply) => !isReplay(reply))).toHaveLength(1);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    for (const reply of replies.filter(({ status }) => status !== 201)) {
      expect([reply.status, reply.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE']);
      expect(reply.headers['retry-after']).toBe('1');
    }
    expect(await countOf(key)).toBe(1);
    expect((await send(0)).text).toBe(created[0]?.text);
  }
});

it('a request is refused at once while the first one with its key runs', async () => {
  let running: Promise<Reply> | undefined;
  const refused = await whileBlocked(async () => {
    running = post(one, 'blocked', { name: 'Blocked' });
    await untilOneWaits();
    return post(two, 'blocked', { name: 'Blocked' });
  });
  expect([refused.status, refused.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE']);
  const first = await running;
  expect(first?.status).toBe(201);
  const again = await post(two, 'blocked', { name: 'Blocked' });
  expect([again.status, again.text, isReplay(again)]).toEqual([201, first?.text, true]);
});

it('a key is free again, and nothing is stored, after an unexpected error and after a lost connection', async () => {
  const rows = await countRows(one);
  await query('ALTER TABLE offers RENAME TO offers_away');
  const failed = await post(one, 'broken', { name: 'Broken' });
  await query('ALTER TABLE offers_away RENAME TO offers');
  expect([failed.status, failed.headers.location]).toEqual([500, undefined]);
  expect(await countRows(one)).toEqual(rows);
  const terminated = await whileBlocked(async () => {
    const running = post(one, 'broken', { name: 'Broken' });
    await untilOneWaits('pg_terminate_backend(pid)');
    return running;
  });
  expect(terminated.status).toBe(503);
  const again = await post(two, 'broken', { name: 'Broken' });
  expect([again.status, isReplay(again)]).toEqual([201, false]);
  expect(await countOf('Broken')).toBe(1);
});

it('a transaction that cannot be committed is reported, and leaves nothing', async () => {
  await query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON offers DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const rows = await countRows(one);
  const failed = await post(one, 'commit', { name: 'Uncommitted' });
  await query('DROP TRIGGER refuse ON offers; DROP FUNCTION refuse');
  expect([failed.status, failed.body.code]).toEqual([500, 'INTERNAL']);
  expect([failed.headers.location, failed.headers.etag]).toEqual([undefined, undefined]);
  expect(await countRows(one)).toEqual(rows);
  expect((await post(one, 'commit', { name: 'Uncommitted' })).status).toBe(201);
});

it.each([
  ['a prepared statement', 'offers', '/provider/offers', { name: 'Deadlock' }],
  ['a transaction', 'product_catalogs', '/product-catalogs', { name: 'Deadlock', customerType: 'CONSUMER' }],
])('the work of %s is repeated after a deadlock', async (_, table, path, body) => {
  // A sequence keeps its value when a transaction is rolled back.
  await query(`CREATE SEQUENCE attempts;
    CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('attempts') < 3 THEN RAISE 'deadlock' USING ERRCODE = '40P01'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER conflict BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION conflict()`);
  const options = { key: team.key, headers: { 'idempotency-key': 'deadlock' } };
  const first = await one.call('POST', path, body, options);
  const [attempts] = await query<{ last_value: string }>('SELECT last_value FROM attempts');
  await query(`DROP TRIGGER conflict ON ${table}; DROP FUNCTION conflict; DROP SEQUENCE attempts`);
  expect([first.status, attempts?.last_value]).toEqual([201, '3']);
  expect((await one.call('POST', path, body, options)).text).toBe(first.text);
});

it('a request whose client leaves is undone, and can be sent again', async () => {
  const headers = { 'x-api-key': team.key, 'idempotency-key': 'left', 'content-type': 'application/json' };
  const client = new AbortController();
  const request = { method: 'POST', headers, body: '{"name":"Left"}', signal: client.signal };
  await whileBlocked(async () => {
    const sent = fetch(`${one.url}/provider/offers`, request).catch(() => 'left');
    await untilOneWaits();
    client.abort();
    expect(await sent).toBe('left');
    const isWaiting =
      'SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())';
    await until(async () => (await query(isWaiting)).length === 0);
  });
  let reply = await post(two, 'left', { name: 'Left' });
  await until(async () => {
    if (reply.status === 409) reply = await post(two, 'left', { name: 'Left' });
    return reply.status !== 409;
  });
  expect([reply.status, isReplay(reply)]).toEqual([201, false]);
  expect(await countOf('Left')).toBe(1);
});

it('a key that was made in a request with an idempotency key works as soon as it is returned', async () => {
  const options = { key: team.key, headers: { 'idempotency-key': 'new-key' } };
  const { body } = await one.call('POST', '/team/api-keys', { name: 'new' }, options);
  for (const harness of [one, two])
    expect((await harness.call('GET', '/team', undefined, { key: body.key })).status).toBe(200);
});

it('after kill -9 of the service in the middle of a request, the same request creates one offer', async () => {
  const service = await new Service({
    DATABASE_URL: one.databaseUrl,
    DATA_KEYS: `${testDataKey.id}:${testDataKey.base64}`,
  }).ready();
  const headers = { 'x-api-key': team.key, 'idempotency-key': 'killed', 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify({ name: 'Killed' }) };
  await whileBlocked(async () => {
    void fetch(`${service.url}/provider/offers`, request).catch(() => undefined);
    await untilOneWaits();
    await service.kill('SIGKILL');
  });
  let reply = await post(one, 'killed', { name: 'Killed' });
  await until(async () => {
    if (reply.body.code === 'IDEMPOTENCY_KEY_IN_USE') reply = await post(one, 'killed', { name: 'Killed' });
    return reply.body.code !== 'IDEMPOTENCY_KEY_IN_USE';
  });
  expect([reply.status, isReplay(reply)]).toEqual([201, false]);
  expect(await countOf('Killed')).toBe(1);
}, 60_000);

it('expired responses are deleted, and erased ones are refused', async () => {
  await post(one, 'old', { name: 'Old' });
  await query("UPDATE idempotency_keys SET expires_at = now() - interval '1 minute'");
  await post(one, 'erased', { name: 'Erased' });
  await deleteExpiredResponses(one.app.get(Sql));
  const [left] = await query<{ count: string }>('SELECT count(*) FROM idempotency_keys');
  expect(left?.count).toBe('1');
  const subject = randomUUID();
  await query(`UPDATE idempotency_keys SET subject = '${subject}'`);
  await eraseStoredResponses(one.app.get(Sql), [randomUUID()]);
  expect((await post(one, 'erased', { name: 'Erased' })).status).toBe(201);
  await eraseStoredResponses(one.app.get(Sql), [subject]);
  const refused = await post(one, 'erased', { name: 'Erased' });
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('erased')]);
  expect(await countOf('Erased')).toBe(1);
});
