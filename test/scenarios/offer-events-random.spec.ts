import { pick, type Random } from '../../seed/random.js';
import { uploadFeed, uploadOffers } from '../support/bulk-upload.js';
import { dayFromNow } from '../support/catalog-calls.js';
import { readCatalog } from '../support/catalog-sync-client.js';
import { setRules } from '../support/compliance-rules.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { receivedBy, storeEndpoint, waitUntilRouted, type ReceivedEvent } from '../support/routed-events.js';
import { seededRandom } from '../support/seed.js';

/*
 * Random changes to offers, partners and teams. After each one, every reseller must have received exactly the events that
 * follow from its catalog before and after the change, with nothing that neither of the two shows.
 */

interface CatalogOffer {
  id: string;
  version: number;
  name: string;
  category: string | null;
  sku: string | null;
  providerId: string;
  pricing: object;
}
type Catalog = Map<string, CatalogOffer>;
interface Reader {
  team: TestTeam;
  catalog: Catalog;
  position: string;
}

let harness: Harness;
let providers: TestTeam[];
let readers: Reader[];
const offers: { id: string; owner: TestTeam; sku: string }[] = [];
const suspended = new Set<TestTeam>();
const random: Random = seededRandom();
const chance = (share: number) => random() < share;

beforeAll(async () => {
  harness = await start();
  // Assessments change offers as well, but a moment later.
  await setRules(harness);
  const hybrid = await makeTeam(harness, 'hybrid');
  providers = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider'), hybrid];
  const resellers = [await makeTeam(harness, 'reseller'), await makeTeam(harness, 'reseller'), hybrid];
  readers = resellers.map((team) => ({ team, catalog: new Map(), position: '0' }));
  // A team with several endpoints receives an event once.
  for (const [index, { team }] of readers.entries())
    for (const events of [['offer.*'], ['*']].slice(0, index + 1))
      await storeEndpoint(harness, team.id, { events });
});
afterAll(() => harness.stop());

const admin = (team: TestTeam, body: object) =>
  harness.call('PATCH', `/admin/teams/${team.id}`, body, { key: adminKey });

/** Returns random fields, of which resellers can see all, some or none. */
function fields(): object {
  const allowedResellers = readers.filter(() => chance(0.5)).map(({ team }) => team.id);
  return {
    ...(chance(0.3) ? { internalName: `internal ${random()}` } : {}),
    ...(chance(0.5) ? { allowedResellers } : {}),
    ...(chance(0.4) ? { visibility: pick(random, ['public', 'preferred', 'selected', 'selected']) } : {}),
    ...(chance(0.3) ? { status: pick(random, ['active', 'active', 'inactive', 'draft']) } : {}),
    ...(chance(0.3) ? { name: `"Offer" \\ \u2028 \u{1F680} ${random()}` } : {}),
    ...(chance(0.3) ? { category: pick(random, ['internet', 'energy', null]) } : {}),
    ...(chance(0.4) ? { monthlyPrice: Math.floor(random() * 100) } : {}),
    ...(chance(0.2) ? { fees: { installationFee: Math.floor(random() * 100) } } : {}),
  };
}

/** Makes a random change to offers. Those of a suspended provider are refused. */
async function changeOffers(): Promise<void> {
  const owner = pick(random, providers);
  const offer = offers.length > 0 ? pick(random, offers) : undefined;
  if (!offer || chance(0.2)) {
    const sku = `SKU-${offers.length}`;
    const body = { name: 'Offer', status: 'active', sku, ...fields() };
    const { status, body: made } = await harness.call('POST', '/provider/offers', body, owner);
    if (status === 201) offers.push({ id: made.id, owner, sku });
  } else if (chance(0.1)) {
    await harness.call('DELETE', `/provider/offers/${offer.id}`, undefined, offer.owner);
  } else if (chance(0.3)) {
    const own = offers.filter((each) => each.owner === offer.owner && chance(0.5));
    const lines = own.map(({ sku }) => ({ sku, name: 'In bulk', status: 'active', ...fields() }));
    if (lines.length === 0 || suspended.has(offer.owner)) return;
    if (chance(0.5)) await uploadOffers(harness, offer.owner, lines);
    else await uploadFeed(harness, offer.owner, lines, { feed: 'feed', query: '&complete=true' });
  } else await harness.call('PATCH', `/provider/offers/${offer.id}`, fields(), offer.owner);
}

/** Makes a random change to what resellers see that is not a change of an offer. */
async function changeTeams(): Promise<void> {
  const owner = pick(random, providers);
  const reader = pick(random, readers);
  const partners = '/provider/partners/preferred';
  if (chance(0.3)) await harness.call('DELETE', `${partners}/${reader.team.id}`, undefined, owner);
  else if (chance(0.6)) {
    const effectiveDate = dayFromNow(pick(random, [-1, 0, 0, 1]));
    await harness.call('POST', partners, { resellerTeamId: reader.team.id, effectiveDate }, owner);
    // A suspended hybrid team could not read its catalog.
  } else if (chance(0.5) && owner !== providers[2]) {
    const isSuspended = chance(0.3);
    await admin(owner, { suspended: isSuspended });
    suspended[isSuspended ? 'add' : 'delete'](owner);
  } else await admin(reader.team, { verified: chance(0.7) });
}

/** Returns the events that follow from a reseller's catalog before and after a change, by type and data. */
function expectedEvents(before: Catalog, after: Catalog): object[] {
  const dataOf = ({ id, providerId, name, category, sku, version }: CatalogOffer) => ({
    offerId: id,
    providerTeamId: providerId,
    name,
    category,
    sku,
    version,
  });
  const events: object[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(id), after.get(id)];
    if (!now && old) events.push({ event: 'offer.withdrawn', data: dataOf(old) });
    if (!old && now) events.push({ event: 'offer.published', data: dataOf(now) });
    if (!old || !now || old.version === now.version) continue;
    events.push({ event: 'offer.updated', data: dataOf(now) });
    const prices = { previousPricing: old.pricing, pricing: now.pricing };
    if (JSON.stringify(old.pricing) !== JSON.stringify(now.pricing))
      events.push({ event: 'offer.price_changed', data: { ...dataOf(now), ...prices } });
  }
  return events;
}

const inOrder = (events: readonly object[]) => events.map((event) => JSON.stringify(event)).toSorted();
const withoutTime = ({ event, data }: ReceivedEvent) => ({ event, data });
const catalogOf = async ({ team }: Reader) => (await readCatalog(harness, team.key)) as unknown as Catalog;

it('tells each reseller what changes in its catalog, and nothing else', async () => {
  const seen = new Set<string>();
  for (let step = 0; step < 90 || (seen.size < 4 && step < 900); step += 1) {
    if (chance(0.3)) {
      await changeTeams();
      for (const reader of readers) reader.catalog = await catalogOf(reader);
      continue;
    }
    await changeOffers();
    await waitUntilRouted(harness);
    for (const reader of readers) {
      const catalog = await catalogOf(reader);
      const { events, position } = await receivedBy(harness, reader.team.id, reader.position);
      expect(inOrder(events.map(withoutTime))).toEqual(inOrder(expectedEvents(reader.catalog, catalog)));
      for (const { event } of events) seen.add(event);
      Object.assign(reader, { catalog, position });
    }
  }
  expect([...seen].toSorted()).toEqual([
    'offer.price_changed',
    'offer.published',
    'offer.updated',
    'offer.withdrawn',
  ]);
});
