import { Client } from 'pg';
import { waitForReadableChanges, CatalogSyncClient, readCatalog } from '../support/catalog-sync-client.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';

describe('GET /reseller/catalog/changes', () => {
  let harness: Harness;
  let provider: TestTeam;
  let reseller: TestTeam;
  let client: CatalogSyncClient;

  const publish = async (more: object = {}): Promise<string> => {
    const body = { name: 'Offer', status: 'active', ...more };
    const reply = await harness.call('POST', '/provider/offers', body, provider);
    expect(reply.status).toBe(201);
    return reply.body.id;
  };
  const change = (id: string, patch: object) =>
    harness.call('PATCH', `/provider/offers/${id}`, patch, provider);
  const admin = (id: string, patch: object) =>
    harness.call('PATCH', `/admin/teams/${id}`, patch, { key: adminKey });
  const inStep = async () => {
    await waitForReadableChanges(harness);
    await client.catchUp();
    const whole = await readCatalog(harness, reseller.key);
    expect([...client.offers.values()].toSorted(byId)).toEqual([...whole.values()].toSorted(byId));
  };

  beforeAll(async () => {
    harness = await start();
  });
  afterAll(() => harness.stop());

  beforeEach(async () => {
    provider = await makeTeam(harness, 'provider');
    reseller = await makeTeam(harness, 'reseller');
    client = new CatalogSyncClient(harness, reseller.key);
    for (let count = 0; count < 7; count += 1) await publish({ name: `Offer ${count}` });
    await inStep();
  });

  it('starts with the whole catalog and then returns nothing until something changes', async () => {
    expect(client.offers.size).toBeGreaterThanOrEqual(7);
    expect(await client.catchUp()).toBe(0);
  });

  it('returns offers that appeared, changed or disappeared', async () => {
    const id = await publish({ name: 'New' });
    await inStep();
    expect(client.offers.get(id)?.name).toBe('New');
    await change(id, { name: 'Newer' });
    await inStep();
    expect(client.offers.get(id)?.name).toBe('Newer');
    await harness.call('DELETE', `/provider/offers/${id}`, undefined, provider);
    await inStep();
    expect(client.removed).toEqual([id]);
  });

  it.each([
    { status: 'inactive' },
    { visibility: 'preferred' },
    { visibility: 'selected', allowedResellers: [] },
  ])('removes an offer that changes to %j, once and with only its ID', async (patch) => {
    const id = await publish();
    await inStep();
    await change(id, patch);
    await change(id, { description: 'Changed again' });
    await inStep();
    expect(client.offers.has(id)).toBe(false);
    expect(client.removed).toEqual([id]);
  });

  it('returns nothing for offers that the reseller could never see', async () => {
    const draft = await publish({ status: 'draft' });
    const preferred = await publish({ visibility: 'preferred' });
    const selected = await publish({ visibility: 'selected', allowedResellers: [] });
    for (const id of [draft, preferred, selected]) await change(id, { name: 'Still hidden' });
    for (const id of [draft, preferred, selected])
      await harness.call('DELETE', `/provider/offers/${id}`, undefined, provider);
    expect(await client.catchUp()).toBe(0);
  });

  it('reflects changes to the preferred partners', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await publish({ visibility: 'preferred' }));
    const path = '/provider/partners/preferred';
    await harness.call('POST', path, { resellerTeamId: reseller.id }, provider);
    await inStep();
    expect(ids.every((id) => client.offers.has(id))).toBe(true);
    const [first = ''] = ids;
    await change(first, { visibility: 'selected' });
    await harness.call('DELETE', `${path}/${reseller.id}`, undefined, provider);
    await inStep();
    expect(client.removed.toSorted()).toEqual(ids.toSorted());
  });

  it('returns the offers of a partnership that takes effect by date', async () => {
    const id = await publish({ visibility: 'preferred' });
    await inStep();
    const database = new Client({ connectionString: harness.databaseUrl });
    await database.connect();
    // A partnership that was agreed days ago and takes effect today, for a reader whose last request was
    // before today.
    await database.query('ALTER TABLE preferred_partners DISABLE TRIGGER partners_log_change');
    await database.query(
      `INSERT INTO preferred_partners VALUES ($1, $2, NULL, (now() AT TIME ZONE 'utc')::date, NULL, now(), now())`,
      [provider.id, reseller.id],
    );
    await database.query('ALTER TABLE preferred_partners ENABLE TRIGGER partners_log_change');
    await database.end();
    expect(await client.catchUp()).toBe(0);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await client.setAsOf(yesterday);
    await inStep();
    expect(client.offers.has(id)).toBe(true);
  });

  it('reflects a provider that is renamed, suspended and reactivated', async () => {
    const id = await publish();
    await admin(provider.id, { name: 'Another name' });
    await inStep();
    expect(client.offers.get(id)).toMatchObject({ providerName: 'Another name' });
    await admin(provider.id, { suspended: true });
    await inStep();
    expect(client.offers.has(id)).toBe(false);
    await admin(provider.id, { suspended: false });
    await inStep();
    expect(client.offers.has(id)).toBe(true);
  });

  it('empties the catalog of a reseller that is no longer verified', async () => {
    await admin(reseller.id, { verified: false });
    await inStep();
    expect(client.offers.size).toBe(0);
    await admin(reseller.id, { verified: true });
    await inStep();
    expect(client.offers.size).toBeGreaterThan(0);
  });

  it('misses no change of a transaction that commits after later transactions', async () => {
    const late = await publish({ name: 'Late' });
    await inStep();
    const database = new Client({ connectionString: harness.databaseUrl });
    await database.connect();
    await database.query('BEGIN');
    await database.query("UPDATE offers SET name = 'Later', version = version + 1 WHERE id = $1", [late]);
    const early = await publish({ name: 'Early' });
    await client.catchUp();
    await publish({ name: 'Middle' });
    await client.catchUp();
    await database.query('COMMIT');
    await database.end();
    await inStep();
    expect(client.offers.get(late)?.name).toBe('Later');
    expect(client.offers.get(early)?.name).toBe('Early');
  });

  it.each(['nonsense', 'W10.abc'])('rejects the cursor %s', async (since) => {
    const reply = await harness.call('GET', `/reseller/catalog/changes?since=${since}`, undefined, reseller);
    expect(reply.status).toBe(400);
    expect(reply.body.code).toBe('INVALID_CURSOR');
  });

  it('rejects a cursor that was issued to another team', async () => {
    const other = await makeTeam(harness, 'reseller');
    const path = `/reseller/catalog/changes?since=${client.position}`;
    const own = await harness.call('GET', path, undefined, reseller);
    const foreign = await harness.call('GET', path, undefined, other);
    expect([own.status, foreign.status, foreign.body.code]).toEqual([200, 400, 'INVALID_CURSOR']);
  });

  it('rejects a cursor that is older than the log', async () => {
    const reply = await harness.call('GET', '/reseller/catalog/changes?limit=100', undefined, reseller);
    const database = new Client({ connectionString: harness.databaseUrl });
    await database.connect();
    const since = client.position;
    await database.query('UPDATE catalog_changes_floor SET xid = pg_current_xact_id()');
    const stale = await harness.call('GET', `/reseller/catalog/changes?since=${since}`, undefined, reseller);
    await database.query("UPDATE catalog_changes_floor SET xid = '0'");
    await database.end();
    expect(reply.status).toBe(200);
    expect(stale.status).toBe(400);
    expect(stale.body.detail).toContain('older than the change log');
  });
});

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
