import { DataSource } from 'typeorm';
import { catalogCalls } from '../support/catalog-calls.js';
import { CatalogSyncClient, readCatalog, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

/*
 * A dump contains the transaction IDs of its server. These tests change the log of changes as if it came from a server
 * that is a billion transactions ahead.
 */

const ahead = 1_000_000_000;
const restoredIds = (table: string) =>
  `UPDATE ${table} SET xid = ((xid::text::bigint + ${ahead})::text)::xid8`;

let database: TestDatabase;
let harness: Harness;
let other: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let client: CatalogSyncClient;
const { offer, change, remove } = catalogCalls(() => harness);

beforeEach(async () => {
  database = await createDatabase();
  harness = await start({}, database.url);
  other = await start({}, database.url);
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  client = new CatalogSyncClient(harness, reseller.key);
  for (let count = 0; count < 4; count += 1) await offer(provider);
  await waitForReadableChanges(harness);
  await client.catchUp();
});
afterEach(async () => {
  await Promise.all([harness.stop(), other.stop()]);
  await database.drop();
});

const query = (sql: string): Promise<Record<string, string>[]> => harness.app.get(DataSource).query(sql);
const read = (since?: string, by = harness) =>
  by.call('GET', `/reseller/catalog/changes?limit=2${since ? `&since=${since}` : ''}`, undefined, reseller);

async function expectRefused(since: string, by = harness): Promise<void> {
  const reply = await read(since, by);
  expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_CURSOR']);
  expect(reply.body.detail).toBe('since was issued before the database was restored; omit it to start again');
}

/** Follows the feed from the start while offers change, and compares the copy with the catalog. */
async function expectFreshCopies(): Promise<void> {
  const copies = [harness, other].map((each) => new CatalogSyncClient(each, reseller.key, 2));
  const { id } = await offer(provider);
  for (const step of [
    () => offer(provider),
    () => change(provider, id, { name: 'Changed' }),
    () => remove(provider, id),
    () => offer(provider, { name: 'Last' }),
  ]) {
    for (const copy of copies) await copy.catchUp();
    await step();
  }
  await waitForReadableChanges(harness);
  const whole = await readCatalog(harness, reseller.key);
  for (const copy of copies) {
    await copy.catchUp();
    expect([...copy.offers.keys()].toSorted()).toEqual([...whole.keys()].toSorted());
    expect(await copy.catchUp()).toBe(0);
  }
}

it('refuses cursors from before a restore and lets readers start again', async () => {
  const unfinished = (await read()).body;
  expect(unfinished.more).toBe(true);
  await query(restoredIds('catalog_changes'));
  await query(restoredIds('catalog_changes_floor'));
  // As issued by the server that was ahead, and by this one.
  const before = client.position;
  await client.skip(ahead);
  for (const since of [client.position, before, unfinished.next as string]) {
    await expectRefused(since);
    await expectRefused(since, other);
  }
  await expectFreshCopies();
  expect(await query(`SELECT FROM catalog_changes WHERE xid > '${ahead}'`)).toEqual([]);
  await expectRefused(client.position);
});

it.each([
  ['the log was empty', 'DELETE FROM catalog_changes', restoredIds('catalog_changes_floor')],
  ['nothing was deleted from the log', restoredIds('catalog_changes'), 'SELECT'],
  ['the server has a new timeline', 'UPDATE catalog_changes_floor SET timeline = 4711', 'SELECT'],
  ['the IDs are lower than those of the server', 'UPDATE catalog_changes_floor SET log_oid = 4711', 'SELECT'],
])('begins a new epoch if %s', async (_, ...statements) => {
  for (const sql of statements) await query(sql);
  const copy = new CatalogSyncClient(other, reseller.key);
  expect(await copy.catchUp()).toBe(4);
  await expectRefused(client.position);
  await expectFreshCopies();
});

it('begins one epoch, even if several processes notice the restore at the same time', async () => {
  await query(restoredIds('catalog_changes'));
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, index) => read(undefined, index % 2 ? harness : other)),
  );
  for (const [index, reply] of replies.entries()) {
    const next = await read(reply.body.next as string, index % 2 ? other : harness);
    expect([reply.status, next.status]).toEqual([200, 200]);
  }
});

it('refuses a cursor with transactions that a recovered server has lost', async () => {
  await client.skip(ahead);
  await expectRefused(client.position);
  expect((await read()).status).toBe(200);
});

it('does not take restored entries for old ones when it deletes those', async () => {
  await Promise.all([harness.stop(), other.stop()]);
  harness = await start({}, database.url);
  await query(restoredIds('catalog_changes'));
  await query("UPDATE catalog_changes SET at = now() - interval '40 days'");
  other = await start({}, database.url);
  await until(async () => (await query('SELECT FROM catalog_changes LIMIT 1')).length === 0);
  const [floor] = await query('SELECT xid FROM catalog_changes_floor');
  expect(BigInt(floor?.xid ?? 0)).toBeLessThan(BigInt(ahead));
  await expectFreshCopies();
});
