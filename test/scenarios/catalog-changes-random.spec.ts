import { pick, type Random } from '../../seed/random.js';
import { dayFromNow } from '../support/catalog-calls.js';
import { CatalogSyncClient, readCatalog, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { seededRandom } from '../support/seed.js';

/*
 * Random changes to offers, partners and teams, while several readers follow the change feed page by page. Their copies
 * must always become equal to the catalog, including versions and times, and empty copies must be left alone.
 */

let harness: Harness;
let providers: TestTeam[];
let readers: { team: TestTeam; client: CatalogSyncClient; verified: boolean }[];
const offers: { id: string; owner: TestTeam }[] = [];
const random: Random = seededRandom();
const chance = (share: number) => random() < share;

beforeAll(async () => {
  harness = await start();
  const hybrid = await makeTeam(harness, 'hybrid');
  providers = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider'), hybrid];
  const teams = [await makeTeam(harness, 'reseller'), await makeTeam(harness, 'reseller'), hybrid];
  readers = teams.map((team, index) => ({
    team,
    client: new CatalogSyncClient(harness, team.key, index + 1),
    verified: true,
  }));
});
afterAll(() => harness.stop());

const admin = (team: TestTeam, body: object) =>
  harness.call('PATCH', `/admin/teams/${team.id}`, body, { key: adminKey });

/** Returns random fields, of which resellers can see all, some or none. */
function fields(): object {
  const allowedResellers = readers.filter(() => chance(0.5)).map(({ team }) => team.id);
  return {
    ...(chance(0.4) ? { internalName: `internal ${random()}` } : {}),
    ...(chance(0.4) ? { allowedResellers } : {}),
    ...(chance(0.2) ? { visibility: pick(random, ['public', 'preferred', 'selected']) } : {}),
    ...(chance(0.2) ? { status: pick(random, ['active', 'active', 'inactive']) } : {}),
    ...(chance(0.3) ? { description: `text ${random()}` } : {}),
  };
}

/** Makes a random change. Those of a suspended provider are refused. */
async function change(): Promise<unknown> {
  const owner = pick(random, providers);
  const offer = offers.length > 0 ? pick(random, offers) : undefined;
  if (!offer || chance(0.2)) {
    const body = { name: 'Offer', status: 'active', ...fields() };
    const { status, body: made } = await harness.call('POST', '/provider/offers', body, owner);
    return status === 201 && offers.push({ id: made.id, owner });
  }
  if (chance(0.1)) return harness.call('DELETE', `/provider/offers/${offer.id}`, undefined, offer.owner);
  if (chance(0.7)) return harness.call('PATCH', `/provider/offers/${offer.id}`, fields(), offer.owner);
  const reader = pick(random, readers);
  const partners = '/provider/partners/preferred';
  if (chance(0.3)) return harness.call('DELETE', `${partners}/${reader.team.id}`, undefined, owner);
  if (chance(0.4)) {
    const effectiveDate = dayFromNow(pick(random, [-1, 0, 1]));
    return harness.call('POST', partners, { resellerTeamId: reader.team.id, effectiveDate }, owner);
  }
  if (chance(0.3)) return admin(owner, { name: `Provider ${random()}` });
  // A suspended hybrid team could not read the feed.
  if (chance(0.4) && owner !== providers[2]) return admin(owner, { suspended: chance(0.5) });
  reader.verified = chance(0.5);
  return admin(reader.team, { verified: reader.verified });
}

it('keeps the copies of all readers equal to the catalog', async () => {
  for (let round = 0; round < 12; round += 1) {
    for (let step = 0; step < 15; step += 1) {
      await change();
      if (chance(0.3)) await pick(random, readers).client.readPage();
    }
    await waitForReadableChanges(harness);
    for (const { team, client, verified } of readers) {
      await client.catchUp();
      const whole = await readCatalog(harness, team.key);
      expect(new Map([...client.offers].toSorted())).toEqual(new Map([...whole].toSorted()));
      if (!verified) expect([client.offers.size, await client.catchUp()]).toEqual([0, 0]);
    }
  }
  expect(offers.length).toBeGreaterThan(10);
});

it('sends nothing to readers whose copy is empty', async () => {
  const [reader] = readers;
  if (!reader) throw new Error('There is no reader');
  await admin(reader.team, { verified: false });
  await waitForReadableChanges(harness);
  await reader.client.catchUp();
  for (let step = 0; step < 30; step += 1) {
    const { owner } = pick(random, offers);
    await harness.call('POST', '/provider/offers', { name: 'New', status: 'active', ...fields() }, owner);
    const offer = pick(random, offers);
    await harness.call('PATCH', `/provider/offers/${offer.id}`, fields(), offer.owner);
    expect(await reader.client.catchUp()).toBe(0);
  }
});
