import { DataSource } from 'typeorm';
import { hiddenFields } from '../../src/catalog/listing/catalog-offer.dto.js';
import { OfferFields } from '../../src/offers/offer-fields.js';
import { fieldRules } from '../../src/validation/rules.js';
import { sendBulk } from '../support/bulk-upload.js';
import { catalogCalls, dayFromNow } from '../support/catalog-calls.js';
import { CatalogSyncClient, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * What a reseller sees of an offer, including its version, changes only with what the reseller can see.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let client: CatalogSyncClient;
const { offer, change, admin, prefer, list, read } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  client = new CatalogSyncClient(harness, reseller.key);
});
afterAll(() => harness.stop());

/** Returns the number of changes that a reseller has received since the last call. */
async function news(of = client): Promise<number> {
  await waitForReadableChanges(harness);
  return of.catchUp();
}

/** Returns what a reseller can remember of an offer and of a page with it. */
async function seen(id: string, by = reseller) {
  const [one, page] = [await read(by, id), await list(by, { providerId: provider.id })];
  const { version, updatedAt } = one.body;
  return { version, updatedAt, etag: one.headers.etag, pageETag: page.headers.etag };
}

const own = async (id: string, team = provider) => {
  const { headers, body } = await harness.call('GET', `/provider/offers/${id}`, undefined, team);
  return { version: body.version, updatedAt: body.updatedAt, etag: headers.etag };
};

/** A new value for each field of `fullOffer`. */
const edits: Record<keyof OfferFields, (other: TestTeam) => unknown> = {
  name: () => 'Another name',
  internalName: () => 'another',
  category: () => 'other',
  status: () => 'inactive',
  sku: () => 'ANOTHER',
  externalId: () => 'crm-1',
  metadata: () => ({}),
  description: () => 'Another description',
  internalDescription: () => 'Another margin',
  marketingHeadline: () => 'Another headline',
  marketingDescription: () => null,
  keyFeatures: () => [],
  imageUrl: () => null,
  overview: () => 'Another overview',
  submissionUrl: () => 'https://isp.example/other-orders',
  submissionConfig: () => null,
  serviceSpecificData: () => ({ ...fullOffer.serviceSpecificData, dataCap: 5 }),
  pricingType: () => 'tiered',
  currency: () => 'EUR',
  monthlyPrice: () => 60,
  introductory: () => ({ monthlyPrice: 1, months: 2 }),
  monthlyFees: () => [{ name: 'Router', amount: 5, kind: 'equipment' }],
  oneTimeFees: () => [{ name: 'Shipping', amount: 5 }],
  contract: () => ({ months: 24, required: true }),
  taxes: () => 'included',
  fees: () => ({ equipmentFee: 1 }),
  complianceData: () => null,
  complianceStatus: () => 'exempt',
  complianceNotes: () => null,
  visibility: () => 'preferred',
  allowedResellers: ({ id }) => [id],
  serviceArea: () => ({ states: ['CA'] }),
};
const shows = (name: string) => name === 'serviceArea' || !(hiddenFields as readonly string[]).includes(name);
const names = Object.keys(edits) as (keyof OfferFields)[];

it('is tested with every field', () => {
  expect(names.toSorted()).toEqual([...fieldRules(OfferFields).keys()].toSorted());
});

/** Without a condition, some changes are a single statement. */
const conditions: Record<string, string>[] = [{}, { 'if-match': '*' }];

describe.each(names.filter((name) => !shows(name)))('a change of the hidden field %s', (name) => {
  it.each(conditions)('is shown only to the provider, with the headers %j', async (headers) => {
    const { id } = await offer(provider, fullOffer);
    await news();
    const [before, ownBefore] = [await seen(id), await own(id)];
    const body = { [name]: edits[name](reseller) };
    const { status } = await harness.call('PATCH', `/provider/offers/${id}`, body, {
      key: provider.key,
      headers,
    });
    expect(status).toBe(200);
    expect(await seen(id)).toEqual(before);
    expect(await news()).toBe(0);
    const after = await own(id);
    expect(after.version).toBe(ownBefore.version + 1);
    expect(after.updatedAt).not.toBe(ownBefore.updatedAt);
    expect(after.etag).not.toBe(ownBefore.etag);
    expect((await read(reseller, id, { 'if-none-match': before.etag ?? '' })).status).toBe(304);
  });
});

const remainVisible = names.filter((name) => shows(name) && name !== 'status' && name !== 'visibility');

it.each(remainVisible)('a change of %s is shown to resellers', async (name) => {
  const { id } = await offer(provider, fullOffer);
  await change(provider, id, { internalName: 'hidden edit' });
  await news();
  const before = await seen(id);
  const needed: Record<string, object> = {
    category: { serviceSpecificData: null, complianceData: null },
    currency: { monthlyPrice: 5, fees: null },
  };
  const more = needed[name] ?? {};
  await change(provider, id, { [name]: edits[name](reseller), ...more });
  const after = await seen(id);
  expect(after.version).toBe(before.version + 1);
  expect(after.updatedAt).toBe((await own(id)).updatedAt);
  for (const part of ['updatedAt', 'etag', 'pageETag'] as const) expect(after[part]).not.toBe(before[part]);
  expect(await news()).toBe(1);
  expect(client.offers.get(id)?.version).toBe(after.version);
});

it.each(['status', 'visibility'] as const)('a change of %s removes the offer', async (name) => {
  const { id } = await offer(provider, fullOffer);
  await news();
  await change(provider, id, { [name]: edits[name](reseller), complianceNotes: 'and hidden' });
  expect(await news()).toBe(1);
  expect(client.removed).toEqual([id]);
});

it('counts visible and hidden changes separately, also those of one request and of a draft', async () => {
  const { id } = await offer(provider, { ...fullOffer, status: 'draft' });
  await change(provider, id, { internalName: 'one' });
  await change(provider, id, { overview: 'two', internalName: 'two' });
  await change(provider, id, { status: 'active' });
  const before = await seen(id);
  expect([before.version, (await own(id)).version]).toEqual([3, 4]);
  expect(before.updatedAt).toBe((await own(id)).updatedAt);
  for (const internalName of ['three', 'four']) await change(provider, id, { internalName });
  expect(await seen(id)).toEqual(before);
  await change(provider, id, { internalName: 'five', monthlyPrice: 1 });
  const { version, updatedAt } = await own(id);
  expect([version, (await seen(id)).version, (await seen(id)).updatedAt]).toEqual([7, 4, updatedAt]);
});

it('holds for bulk uploads, whose statements set the same columns of all offers', async () => {
  const bodies = ['A', 'B', 'C'].map((sku) => ({ ...fullOffer, sku, externalId: null }));
  const [a, b, c] = await Promise.all(bodies.map(async (body) => (await offer(provider, body)).id));
  await news();
  const of = async () => Promise.all([a, b, c].map(async (id = '') => (await seen(id)).version));
  const upload = [
    { ...bodies[0], internalName: 'hidden' },
    { ...bodies[1], internalName: 'hidden', overview: 'Visible' },
    { ...bodies[2], monthlyPrice: 1 },
  ];
  const reply = await sendBulk(harness, provider, upload.map((line) => JSON.stringify(line)).join('\n'));
  expect(reply.status).toBe(200);
  expect(await of()).toEqual([1, 2, 2]);
  expect(await Promise.all([a, b, c].map(async (id = '') => (await own(id)).version))).toEqual([2, 2, 2]);
  expect(await news()).toBe(2);
});

it("applies to a hybrid team's own offers in its catalog", async () => {
  provider = reseller = await makeTeam(harness, 'hybrid');
  client = new CatalogSyncClient(harness, reseller.key);
  const { id } = await offer(provider, fullOffer);
  await news();
  const before = await seen(id);
  await change(provider, id, { internalDescription: 'Other' });
  expect([await seen(id), await news()]).toEqual([before, 0]);
});

it('tells only those resellers that a list adds or removes', async () => {
  const [kept, added, removed] = [
    reseller,
    await makeTeam(harness, 'reseller'),
    await makeTeam(harness, 'reseller'),
  ];
  const { id } = await offer(provider, {
    ...fullOffer,
    visibility: 'selected',
    allowedResellers: [removed.id, kept.id],
  });
  const clients = [kept, added, removed].map(({ key }) => new CatalogSyncClient(harness, key));
  for (const each of clients) await news(each);
  const before = await seen(id, kept);
  await change(provider, id, { allowedResellers: [kept.id, added.id] });
  expect(await seen(id, kept)).toEqual(before);
  const received = [];
  for (const each of clients) received.push([await news(each), each.offers.has(id)]);
  expect(received).toEqual([
    [0, true],
    [1, true],
    [1, false],
  ]);
  expect(clients[2]?.removed).toEqual([id]);

  await change(provider, id, { allowedResellers: [added.id, kept.id] });
  for (const each of clients) expect(await news(each)).toBe(0);
  // A visible change in the same response is reported, whatever else happens.
  await change(provider, id, { allowedResellers: [kept.id] });
  await change(provider, id, { overview: 'Changed' });
  await change(provider, id, { allowedResellers: [kept.id, added.id] });
  for (const [index, each] of clients.entries())
    expect([index, await news(each)]).toEqual([index, index < 2 ? 1 : 0]);
});

it('ignores what resellers cannot see of a partnership', async () => {
  const { id } = await offer(provider, { ...fullOffer, visibility: 'preferred' });
  await prefer(provider, { resellerTeamId: reseller.id });
  await news();
  const before = await seen(id);
  await prefer(provider, { resellerTeamId: reseller.id, notes: 'Signed', tier: 'gold' });
  expect([await seen(id), await news()]).toEqual([before, 0]);
  await prefer(provider, { resellerTeamId: reseller.id, effectiveDate: dayFromNow(3) });
  expect(await news()).toBe(1);
  expect(client.removed).toEqual([id]);
});

it.each([{ verified: false }, { defaultCurrency: 'EUR' }])(
  'ignores the change %j of a provider, and reports its new name',
  async (patch) => {
    const { id } = await offer(provider, fullOffer);
    await news();
    const before = await seen(id);
    await admin(provider, patch);
    expect([await seen(id), await news()]).toEqual([before, 0]);
    await admin(provider, { name: 'Renamed' });
    const after = await seen(id);
    expect([after.version, after.updatedAt]).toEqual([before.version, before.updatedAt]);
    expect([after.etag === before.etag, after.pageETag === before.pageETag]).toEqual([false, false]);
    expect(await news()).toBe(1);
  },
);

it('treats a change by a writer that does not know the columns as visible', async () => {
  const { id } = await offer(provider, fullOffer);
  await change(provider, id, { internalName: 'hidden' });
  await harness.app
    .get(DataSource)
    .query(`UPDATE offers SET overview = 'x', version = version + 1, updated_at = now() WHERE id = $1`, [id]);
  expect((await seen(id)).version).toBe(2);
});
