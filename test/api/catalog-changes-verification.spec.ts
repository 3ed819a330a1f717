import { DataSource } from 'typeorm';
import { catalogCalls, dayFromNow } from '../support/catalog-calls.js';
import { CatalogSyncClient, readCatalog, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * The change feed of resellers whose catalog is empty, and changes to offers that nobody can see.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let client: CatalogSyncClient;
const { offer, change, remove, admin, prefer } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller', { verified: false });
  client = new CatalogSyncClient(harness, reseller.key);
});
afterAll(() => harness.stop());

/** Applies what can be read and returns the number of changes. */
async function news(of = client): Promise<number> {
  await waitForReadableChanges(harness);
  return of.catchUp();
}

async function expectInStep(of = client, team = reseller): Promise<void> {
  await news(of);
  const whole = await readCatalog(harness, team.key);
  expect([...of.offers.values()].toSorted(byId)).toEqual([...whole.values()].toSorted(byId));
}

/** Creates, changes and deletes public offers. */
async function trade(): Promise<void> {
  const made = [await offer(provider), await offer(provider), await offer(provider)];
  for (const { id } of made) await change(provider, id, { description: 'Changed' });
  await remove(provider, made[0]?.id ?? '');
  await change(provider, made[1]?.id ?? '', { status: 'inactive' });
}

it('returns nothing to a reseller that was never verified, then the whole catalog', async () => {
  await trade();
  expect(await news()).toBe(0);
  await trade();
  await admin(provider, { name: 'Renamed' });
  await prefer(provider, { resellerTeamId: reseller.id });
  await admin(provider, { suspended: true });
  await admin(provider, { suspended: false });
  expect(await news()).toBe(0);
  expect(client.removed).toEqual([]);

  await admin(reseller, { verified: true });
  expect(await news()).toBeGreaterThan(0);
  await expectInStep();
  await trade();
  await expectInStep();
  expect(new Set(client.removed).size).toBeLessThanOrEqual(2);
});

it('ends each response to an unverified reseller, whatever happens meanwhile', async () => {
  const path = (since = '') => `/reseller/catalog/changes?limit=2${since && `&since=${since}`}`;
  let reply = await harness.call('GET', path(), undefined, reseller);
  for (let round = 0; round < 3; round += 1) {
    expect([reply.status, reply.body.changes, reply.body.more]).toEqual([200, [], false]);
    await trade();
    reply = await harness.call('GET', path(reply.body.next as string), undefined, reseller);
  }
});

it('removes the catalog once from a reseller that loses its verification, then returns nothing', async () => {
  await admin(reseller, { verified: true });
  const [kept, deleted, added] = [await offer(provider), await offer(provider), await offer(provider)];
  await expectInStep();
  const held = [...client.offers.keys()];
  await change(provider, kept.id, { description: 'Before' });
  await admin(reseller, { verified: false });
  await change(provider, kept.id, { description: 'After' });
  await remove(provider, deleted.id);
  await change(provider, added.id, { visibility: 'preferred' });
  const unseen = await offer(provider);
  await news();
  expect(client.offers.size).toBe(0);
  // The offer that was added meanwhile may be removed as well.
  expect(new Set([...client.removed, unseen.id])).toEqual(new Set([...held, unseen.id]));

  const { length } = client.removed;
  await trade();
  expect(await news()).toBe(0);
  expect(client.removed).toHaveLength(length);
  await admin(reseller, { verified: true });
  await expectInStep();
  expect(client.offers.size).toBeGreaterThan(0);
});

it('misses nothing if the verification changes several times between two requests', async () => {
  for (const states of [[true], [false, true], [false, true, false], [true, false, true]]) {
    for (const verified of states) {
      await admin(reseller, { verified });
      await trade();
    }
    await expectInStep();
  }
});

it('misses nothing if the verification changes in the middle of a walk', async () => {
  await admin(reseller, { verified: true });
  for (let count = 0; count < 5; count += 1) await offer(provider);
  for (const verified of [false, true, false]) {
    const walker = new CatalogSyncClient(harness, reseller.key, 2);
    await waitForReadableChanges(harness);
    await walker.readPage();
    await admin(reseller, { verified });
    await trade();
    await expectInStep(walker);
    await admin(reseller, { verified: !verified });
    await trade();
    await expectInStep(walker);
  }
});

it('lets an unverified reseller wait longer than the log is kept', async () => {
  expect(await news()).toBe(0);
  const database = harness.app.get(DataSource);
  await database.query('UPDATE catalog_changes_floor SET xid = pg_current_xact_id()');
  try {
    await offer(provider);
    expect(await news()).toBe(0);
    await database.query('UPDATE catalog_changes_floor SET xid = pg_current_xact_id()');
    await admin(reseller, { verified: true });
    await expectInStep();
    expect(client.offers.size).toBeGreaterThan(0);
  } finally {
    await database.query("UPDATE catalog_changes_floor SET xid = '0'");
  }
});

it('holds for hybrid teams, whose own offers are hidden as well', async () => {
  const hybrid = await makeTeam(harness, 'hybrid', { verified: false });
  const copy = new CatalogSyncClient(harness, hybrid.key);
  const { id } = await offer(hybrid);
  expect(await news(copy)).toBe(0);
  await change(hybrid, id, { description: 'Changed' });
  await remove(hybrid, id);
  await admin(hybrid, { name: 'Renamed hybrid' });
  expect(await news(copy)).toBe(0);
  const own = await offer(hybrid);
  await admin(hybrid, { verified: true });
  await expectInStep(copy, hybrid);
  expect(copy.offers.has(own.id)).toBe(true);
});

it('sends a suspended reseller nothing, and afterwards only what it missed', async () => {
  await admin(reseller, { verified: true });
  const [changed, deleted] = [await offer(provider), await offer(provider)];
  await expectInStep();
  await admin(reseller, { suspended: true, name: 'Renamed reseller' });
  await change(provider, changed.id, { description: 'Changed' });
  await remove(provider, deleted.id);
  const path = `/reseller/catalog/changes?since=${client.position}`;
  expect((await harness.call('GET', path, undefined, reseller)).status).toBe(403);
  await admin(reseller, { suspended: false });
  expect(await news()).toBe(2);
  expect(client.removed).toEqual([deleted.id]);
  await expectInStep();
});

describe('offers of a suspended provider', () => {
  beforeEach(() => admin(reseller, { verified: true }));

  it('are never mentioned to a reseller that could not see them', async () => {
    const hidden = [await offer(provider), await offer(provider, { visibility: 'preferred' })];
    await admin(provider, { suspended: true });
    await news();
    await admin(provider, { name: 'Renamed while suspended' });
    await admin(provider, { verified: false });
    expect(await news()).toBe(0);
    await admin(reseller, { verified: false });
    await news();
    for (const { id } of hidden) expect(client.removed).not.toContain(id);
    await admin(provider, { suspended: false });
    await admin(reseller, { verified: true });
    await expectInStep();
    expect(client.offers.has(hidden[0]?.id ?? '')).toBe(true);
  });

  it('are not removed when a partnership takes effect', async () => {
    const { id } = await offer(provider, { visibility: 'preferred' });
    await prefer(provider, { resellerTeamId: reseller.id, effectiveDate: dayFromNow(0) });
    await admin(provider, { suspended: true });
    await news();
    await client.setAsOf(dayFromNow(-1));
    expect(await news()).toBe(0);
    expect(client.removed).not.toContain(id);
  });

  it('return when it is active again', async () => {
    const { id } = await offer(provider);
    await expectInStep();
    await admin(provider, { suspended: true });
    await admin(provider, { name: 'Renamed' });
    await expectInStep();
    expect(client.removed).toEqual([id]);
    await admin(provider, { suspended: false });
    await expectInStep();
    expect(client.offers.get(id)).toMatchObject({ providerName: 'Renamed' });
  });
});

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
