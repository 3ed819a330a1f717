import { DataSource } from 'typeorm';
import { VocabularyService } from '../../src/catalog/search/vocabulary.service.js';
import { DeliveryWorker } from '../../src/webhooks/delivery/delivery-worker.js';
import type { RuleSet } from '../../src/compliance/engine/rule-set.js';
import { catalogCalls, dayFromNow, rareWord } from '../support/catalog-calls.js';
import { CatalogSyncClient, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { internetRules, setRules } from '../support/compliance-rules.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { postOrder, serviceAddress } from '../support/order-factories.js';
import { receivedBy, storeEndpoint, waitUntilRouted } from '../support/routed-events.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, prefer, list, read, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start({ enforceResellerLicenses: true });
  // So that events are routed and nothing is sent.
  await harness.app.get(DeliveryWorker).stop();
  await setRules(harness, demanding);
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);
const texas = '75201';
const california = '94102';
const producerIn = (...states: string[]) => states.map((state) => `insurance_producer:${state}`);

/** A rule set that demands of resellers the licenses which are listed in the offer itself. */
const demanding: RuleSet = {
  ...internetRules,
  id: 'test-demanding',
  category: 'security',
  checks: [],
  resellerLicenses: ({ offer: { serviceSpecificData } }) =>
    (serviceSpecificData as { needs?: string[] }).needs ?? [],
};
const alarm = {
  monitoringType: 'self_monitoring',
  installationType: 'professional',
  equipmentIncluded: 'Two sensors',
};
const needing = (needs: readonly string[]) => ({
  category: 'security',
  serviceSpecificData: { ...alarm, needs },
});
const setNeeded = (id: string, licenses: readonly string[]) => change(provider, id, needing(licenses));
/** Creates an active offer for which a reseller needs one of the licenses. */
const gated = async (licenses: readonly string[], body: object = {}, team = provider): Promise<string> =>
  (await offer(team, { ...needing(licenses), ...body })).id;
const add = async (body: object, team = reseller): Promise<string> => {
  const reply = await harness.call('POST', '/team/licenses', { number: '1', ...body }, team);
  if (reply.status !== 201) throw new Error(reply.text);
  return `/team/licenses/${reply.body.id}`;
};
const producer = (state: string, more: object = {}) => add({ kind: 'insurance_producer', state, ...more });
const broker = (more: object = {}) => add({ kind: 'puct_broker', ...more });
const patch = (path: string, body: object) => harness.call('PATCH', path, body, reseller);
const drop = (path: string) => harness.call('DELETE', path, undefined, reseller);

/** Returns whether the reseller sees the offer, and checks that every way to read it agrees. */
async function sees(id: string, query: Record<string, string> = {}, team = reseller): Promise<boolean> {
  const reply = await list(team, { limit: '100', count: 'true', facets: 'category', ...query });
  const listed = (reply.body.items ?? reply.body) as { id: string }[];
  expect(reply.headers['x-total-count']).toBe(String(listed.length));
  const isListed = listed.some((each) => each.id === id);
  if (Object.keys(query).length > 0) return isListed;
  const statuses = [
    (await read(team, id)).status,
    (await harness.call('GET', `/reseller/catalog/compare?ids=${id}`, undefined, team)).status,
    (await harness.call('GET', `/reseller/catalog/${id}/price?usageKwh=500`, undefined, team)).status,
  ];
  expect(statuses).toEqual(Array.from({ length: 3 }, () => (isListed ? 200 : 404)));
  return isListed;
}

describe('an offer that only licensed resellers may sell', () => {
  it('is visible from the moment a license is added until it is changed, deleted or expired', async () => {
    const id = await gated(['puct_broker']);
    expect(await sees(id)).toBe(false);
    const path = await broker();
    expect(await sees(id)).toBe(true);
    await patch(path, { expiresOn: dayFromNow(-1) });
    expect(await sees(id)).toBe(false);
    // A license is still valid on its last day.
    await patch(path, { expiresOn: dayFromNow(0) });
    expect(await sees(id)).toBe(true);
    await patch(path, { kind: 'puct_rep' });
    expect(await sees(id)).toBe(false);
    await patch(path, { kind: 'puct_broker' });
    expect(await sees(id)).toBe(true);
    await drop(path);
    expect(await sees(id)).toBe(false);
  });

  it('is visible with a license of one of its states; with an address, only with that of its state', async () => {
    const serviceArea = { states: ['TX', 'OK', 'CA'] };
    const id = await gated(producerIn('TX', 'OK', 'CA'), { serviceArea });
    await producer('NV');
    expect(await sees(id)).toBe(false);
    await producer('TX');
    expect(await sees(id)).toBe(true);
    expect(await sees(id, { zipCode: texas })).toBe(true);
    expect(await sees(id, { zipCode: california })).toBe(false);
    await producer('CA', { expiresOn: dayFromNow(-1) });
    expect(await sees(id, { zipCode: california })).toBe(false);
    await producer('CA', { number: '2' });
    expect(await sees(id, { zipCode: california })).toBe(true);
  });

  it('is visible with a license of any state if it is available everywhere', async () => {
    const id = await gated(['insurance_producer']);
    await broker();
    expect(await sees(id)).toBe(false);
    await producer('CA');
    expect(await sees(id)).toBe(true);
    expect(await sees(id, { zipCode: california })).toBe(true);
    expect(await sees(id, { zipCode: texas })).toBe(false);
  });

  it('is always visible to its provider, and follows its visibility for others', async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    expect(await sees(await gated(['puct_broker'], {}, hybrid), {}, hybrid)).toBe(true);
    const selected = await gated(['puct_broker'], { visibility: 'selected', allowedResellers: [hybrid.id] });
    const preferred = await gated(['puct_broker'], { visibility: 'preferred' });
    await broker();
    expect([await sees(selected), await sees(preferred)]).toEqual([false, false]);
    await change(provider, selected, { allowedResellers: [reseller.id] });
    await prefer(provider, { resellerTeamId: reseller.id });
    expect([await sees(selected), await sees(preferred)]).toEqual([true, true]);
  });

  it('is missing in searches, facets and corrections of typos', async () => {
    const word = rareWord();
    const open = await offer(provider, { name: `${word} open`, category: 'security' });
    const id = await gated(['puct_broker'], { name: `${word} gated ${word}x` });
    const find = async (search: string) => (await ids(reseller, { search })).toSorted();
    const counted = async () => {
      const { body } = await list(reseller, { search: word, facets: 'category' });
      return body.facets.category;
    };
    expect(await find(word)).toEqual([open.id]);
    expect(await counted()).toEqual([{ value: 'security', count: 1 }]);
    await harness.app.get(VocabularyService).update();
    const typo = `${word}xx`.replace(word.slice(0, 1), '');
    const before = await find(typo);
    expect(before).not.toContain(id);
    await broker();
    expect(await find(word)).toEqual([open.id, id].toSorted());
    expect(await counted()).toEqual([{ value: 'security', count: 2 }]);
    expect(await find(typo)).toContain(id);
  });

  it('is available only in the ZIP codes for whose state there is a license', async () => {
    const everywhere = await gated(['insurance_producer']);
    const local = await gated(producerIn('TX', 'CA'), { serviceArea: { states: ['TX', 'CA'] } });
    const hidden = await gated(['puct_broker']);
    const open = (await offer(provider)).id;
    await producer('CA');
    const offerIds = [everywhere, local, hidden, open];
    const zipCodes = [texas, california];
    const { body } = await harness.call(
      'POST',
      '/reseller/catalog/availability',
      { zipCodes, offerIds },
      reseller,
    );
    expect(body).toEqual({
      offers: [
        { offerId: everywhere, everywhere: true, zipCodes: [california] },
        { offerId: local, everywhere: false, zipCodes: [california] },
        { offerId: open, everywhere: true, zipCodes },
      ],
      notFound: [hidden],
    });
  });

  it('can be ordered only for an address in whose state there is a license', async () => {
    const id = await gated(producerIn('TX', 'CA'), { serviceArea: { states: ['TX', 'CA'] } });
    await producer('CA');
    const inTexas = { serviceAddress: { ...serviceAddress, city: 'Dallas', state: 'TX', zipCode: texas } };
    const refused = await postOrder(harness, reseller, [id], inTexas);
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'items[0].offerId']);
    expect((await postOrder(harness, reseller, [id])).status).toBe(201);
    await producer('TX');
    expect((await postOrder(harness, reseller, [id], inTexas)).status).toBe(201);
  });
});

describe('the change feed', () => {
  // Those of other tests would be in the copies, too.
  beforeEach(() => sql("UPDATE offers SET status = 'inactive', version = version + 1"));

  const copyOf = async () => {
    const client = new CatalogSyncClient(harness, reseller.key);
    await client.catchUp();
    return client;
  };
  /** Reads the changes, and checks that the copy has become equal to the catalog. */
  async function follow(client: CatalogSyncClient): Promise<string[]> {
    client.removed.length = 0;
    await waitForReadableChanges(harness);
    await client.catchUp();
    expect([...client.offers.keys()].toSorted()).toEqual((await ids(reseller)).toSorted());
    return client.removed;
  }

  it('follows changes of licenses and of what the rules demand', async () => {
    const [texan, broked] = [await gated(producerIn('TX', 'OK')), await gated(['puct_broker'])];
    const client = await copyOf();
    expect(client.offers.has(texan)).toBe(false);
    const path = await producer('TX');
    await follow(client);
    expect(client.offers.has(texan)).toBe(true);
    await patch(path, { state: 'CA' });
    expect(await follow(client)).toEqual([texan]);
    await patch(path, { state: 'OK', expiresOn: dayFromNow(3) });
    await follow(client);
    await setNeeded(texan, producerIn('TX'));
    expect(await follow(client)).toEqual([texan]);
    await setNeeded(texan, []);
    await follow(client);
    expect(client.offers.has(texan)).toBe(true);
    await setNeeded(texan, producerIn('TX'));
    await setNeeded(broked, ['insurance_producer']);
    expect(await follow(client)).toEqual([texan]);
    expect(client.offers.has(broked)).toBe(true);
    await drop(path);
    expect(await follow(client)).toEqual([broked]);
  });

  it('tells nothing of offers that the reseller could not see', async () => {
    const id = await gated(['puct_broker']);
    const client = await copyOf();
    await change(provider, id, { name: 'Another name' });
    await change(provider, id, { status: 'inactive' });
    await waitForReadableChanges(harness);
    expect(await client.catchUp()).toBe(0);
    // A reader that had a license sees the offer go, although it lost the license in the meantime.
    await change(provider, id, { status: 'active' });
    const path = await broker();
    await follow(client);
    await change(provider, id, { name: 'Yet another name' });
    await drop(path);
    expect(await follow(client)).toEqual([id]);
  });

  it('removes what a license allowed from the day on which it expires, in steps', async () => {
    const local: string[] = [];
    for (let index = 0; index < 5; index += 1) local.push(await gated(producerIn('TX')));
    const both = await gated(producerIn('TX', 'CA'));
    const path = await producer('TX');
    await producer('CA');
    const client = await copyOf();
    // As if the license had expired since the last reading.
    await sql('ALTER TABLE licenses DISABLE TRIGGER licenses_log_update');
    await patch(path, { expiresOn: dayFromNow(-1) });
    await sql('ALTER TABLE licenses ENABLE TRIGGER licenses_log_update');
    await client.setAsOf(dayFromNow(-1));
    expect((await follow(client)).toSorted()).toEqual(local.toSorted());
    expect(client.offers.has(both)).toBe(true);
    expect(await follow(client)).toEqual([]);
  });

  it('starts again when the operator switches the rule on or off', async () => {
    const id = await gated(['puct_broker']);
    const client = await copyOf();
    const off = await start({}, harness.databaseUrl);
    try {
      const since = `/reseller/catalog/changes?since=${client.position}`;
      const reply = await off.call('GET', since, undefined, reseller);
      expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_CURSOR']);
      const all = await off.call('GET', '/reseller/catalog/changes?limit=100', undefined, reseller);
      expect(all.body.changes.map((each: { id: string }) => each.id)).toContain(id);
      const back = await harness.call(
        'GET',
        `/reseller/catalog/changes?since=${all.body.next}`,
        undefined,
        reseller,
      );
      expect([back.status, back.body.code]).toEqual([400, 'INVALID_CURSOR']);
    } finally {
      await off.stop();
      // Starting it has put its own rules into effect.
      await setRules(harness, demanding);
    }
  });
});

it('events about an offer go to the resellers that may sell it', async () => {
  const licensed = await makeTeam(harness, 'reseller');
  await add({ kind: 'puct_broker' }, licensed);
  for (const team of [reseller, licensed]) await storeEndpoint(harness, team.id);
  const id = await gated(['puct_broker'], { status: 'draft' });
  await change(provider, id, { status: 'active' });
  await change(provider, id, { name: 'Changed' });
  await setNeeded(id, []);
  await setNeeded(id, ['puct_broker']);
  await change(provider, id, { status: 'inactive' });
  await waitUntilRouted(harness);
  const typesFor = async (team: TestTeam) =>
    (await receivedBy(harness, team.id)).events
      .filter(({ data }) => data.offerId === id)
      .map(({ event }) => event.slice('offer.'.length));
  expect(await typesFor(reseller)).toEqual(['published', 'withdrawn']);
  expect(await typesFor(licensed)).toEqual(['published', 'updated', 'updated', 'updated', 'withdrawn']);
});
