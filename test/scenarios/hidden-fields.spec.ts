import { catalogCalls, dayFromNow, unknownId } from '../support/catalog-calls.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import {
  requestPathsOf,
  anyMarker,
  hiddenFieldNames,
  marker,
  fieldsWithMarkers,
  offerWithMarkers,
  resellerReadOperations,
} from '../support/hidden-field-markers.js';

/*
 * All data that only a provider may see contains a marker, and every response that a reseller can get is searched for
 * markers: all GET operations in the OpenAPI document, with valid and invalid parameters, and availability checks.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let other: TestTeam;
const shown: string[] = [];
/** The IDs of offers that the reseller could never see. */
const hidden: string[] = [];
/** The IDs of offers that the reseller saw earlier. The change feed contains them as removals. */
const gone: string[] = [];
/** The position in the change feed before the offers were created. */
let since: string;
const { offer, change, remove, admin, prefer, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  [provider, reseller, other] = await Promise.all([
    makeTeam(harness, 'provider', { name: 'Shown Lines' }),
    makeTeam(harness, 'reseller'),
    makeTeam(harness, 'reseller', { name: marker('otherreseller') }),
  ]);
  since = await syncAll();
  const suspended = await makeTeam(harness, 'provider', { name: marker('suspendedteam') });
  const quiet = await makeTeam(harness, 'provider', { name: marker('quietteam') });
  const notes = { notes: marker('notes'), tier: marker('tier') };
  await prefer(provider, { resellerTeamId: reseller.id, ...notes });
  await prefer(quiet, { resellerTeamId: reseller.id, ...notes, effectiveDate: dayFromNow(3) });
  for (const [index, visibility] of ['public', 'preferred', 'selected', 'public'].entries()) {
    const fields = { ...fullOffer, ...fieldsWithMarkers(`SKU-${index}`, reseller) };
    shown.push((await offer(provider, { ...fields, name: `Line ${index}`, visibility })).id);
  }
  const invisible: [TestTeam, string, object][] = [
    [provider, 'draft', { status: 'draft' }],
    [provider, 'inactive', { status: 'inactive' }],
    [provider, 'archived', { status: 'archived' }],
    [provider, 'selected', { visibility: 'selected', allowedResellers: [other.id] }],
    [quiet, 'preferred', { visibility: 'preferred' }],
    [suspended, 'suspendeddraft', { status: 'draft' }],
    [suspended, 'suspendedselected', { visibility: 'selected', allowedResellers: [other.id] }],
  ];
  for (const [team, name, more] of invisible)
    hidden.push((await offer(team, { ...offerWithMarkers(name), ...more })).id);
  const draft = await offer(provider, { ...offerWithMarkers('deleted'), status: 'draft' });
  hidden.push(draft.id);
  await remove(provider, draft.id);
  for (const [index, team] of [provider, provider, suspended].entries())
    gone.push((await offer(team, offerWithMarkers(`gone${index}`))).id);
  await change(provider, gone[0] ?? '', { visibility: 'selected' });
  await remove(provider, gone[1] ?? '');
  await admin(suspended, { suspended: true });
  await change(quiet, hidden[4] ?? '', { overview: marker('changed') });
});
afterAll(() => harness.stop());

/** Reads the change feed to its end and searches every response. */
async function syncAll(from?: string): Promise<string> {
  for (let at = from; ;) {
    const address = `/reseller/catalog/changes?limit=3${at === undefined ? '' : `&since=${at}`}`;
    const reply = await harness.call('GET', address, undefined, reseller);
    expect(leaksOf(reply, address)).toEqual([]);
    at = reply.body.next as string;
    if (!reply.body.more) return at;
  }
}

/** The ZIP codes of the hidden service area. */
const zipCodes = ['73301', '83414'];

/** Returns hidden texts in a response that were not in the request. */
function leaksOf(reply: Reply, address: string): string[] {
  const requested = decodeURIComponent(address);
  const text = JSON.stringify([reply.headers, reply.text]);
  const cursors = [...text.matchAll(/cursor=([\w-]+)|next\\":\\"([\w-]+)/g)].map(([, cursor, next]) =>
    Buffer.from(cursor ?? next ?? '', 'base64url').toString(),
  );
  const all = [text, ...cursors].join('\n');
  const tombstones = address.startsWith('/reseller/catalog/changes') ? [] : gone;
  const found = [anyMarker.exec(all)?.[0] ?? '', ...hidden, ...tombstones, other.id];
  const members = [...hiddenFieldNames, 'zipCodes'].filter((name) => text.includes(`"${name}\\"`));
  // In quotes, because an ID or a cursor can contain the digits by chance.
  const zips = zipCodes.filter((zip) => text.includes(`"${zip}\\"`));
  return [...found.filter((each) => each && all.includes(each)), ...members, ...zips].filter(
    (each) => !requested.includes(each),
  );
}

it('detects leaks in the response to a provider', async () => {
  const path = `/provider/offers/${shown[0]}`;
  const reply = await harness.call('GET', path, undefined, provider);
  expect(leaksOf(reply, path)).toEqual(
    expect.arrayContaining([marker('internalName'), 'teamId', 'zipCodes', zipCodes[0]]),
  );
});

it('shows the reseller the offers it may see', async () => {
  expect((await ids(reseller)).toSorted()).toEqual(shown.toSorted());
});

it('keeps hidden fields and hidden offers out of every read', async () => {
  const kinds = [...shown, ...hidden, ...gone, unknownId, provider.id, 'abc', marker('id')];
  const reads = resellerReadOperations(harness);
  expect(reads.map(({ path }) => path)).toEqual(
    expect.arrayContaining(
      ['', '/{offerId}', '/compare', '/changes'].map((path) => `/reseller/catalog${path}`),
    ),
  );
  const leaks: [string, string[]][] = [];
  const statuses = new Set<number>();
  for (const read of reads)
    for (const address of requestPathsOf(read, kinds)) {
      const reply = await harness.call('GET', address, undefined, reseller);
      statuses.add(reply.status);
      expect([address, reply.status]).not.toEqual([address, 500]);
      const found = leaksOf(reply, address);
      if (found.length > 0) leaks.push([address, found]);
    }
  expect(leaks).toEqual([]);
  expect([...statuses].toSorted()).toEqual([200, 400, 404]);
});

it('keeps them out of counts, facets, sorts and searches', async () => {
  const words = ['internalName', 'complianceNotes', 'draftname', 'selecteddescription', 'quietteam'].map(
    marker,
  );
  for (const query of [
    ...words.map((word) => `search=${word}`),
    'minPrice=900000&maxPrice=999999',
    'category=insurance',
    ...hidden.map((id) => `providerId=${id}`),
  ]) {
    const address = `/reseller/catalog?${query}&count=true&facets=category,provider,price,connectionType`;
    const reply = await harness.call('GET', address, undefined, reseller);
    expect([query, reply.headers['x-total-count'], reply.body.items]).toEqual([query, '0', []]);
  }
});

it('keeps them out of every page of every sort', async () => {
  for (const sortBy of ['price', 'name', 'createdAt', 'provider'])
    for (const query of [`sortBy=${sortBy}`, `sortBy=${sortBy}&search=line`]) {
      const address = `/reseller/catalog?${query}&limit=2`;
      const reply = await harness.call('GET', address, undefined, reseller);
      expect(reply.headers.link).toContain('rel="next"');
      expect(leaksOf(reply, address)).toEqual([]);
    }
});

it('reports removed offers only by their IDs, and never reports hidden ones', async () => {
  const removed: object[] = [];
  for (let at = since, more = true; more;) {
    const reply = await harness.call(
      'GET',
      `/reseller/catalog/changes?since=${at}&limit=2`,
      undefined,
      reseller,
    );
    removed.push(...(reply.body.changes as { type: string }[]).filter(({ type }) => type === 'remove'));
    ({ next: at, more } = reply.body);
  }
  expect(removed).toHaveLength(gone.length);
  expect(removed).toEqual(expect.arrayContaining(gone.map((id) => ({ type: 'remove', id }))));
  await syncAll(since);
});

it('keeps them out of availability checks', async () => {
  const path = '/reseller/catalog/availability';
  const zipCodes = ['94102', '10001'];
  const reply = await harness.call(
    'POST',
    path,
    { offerIds: [...shown, ...hidden, ...gone], zipCodes },
    reseller,
  );
  expect(reply.body.notFound.toSorted()).toEqual([...hidden, ...gone].toSorted());
  const everyId = JSON.stringify([...hidden, ...gone, 'zipCodes']);
  expect(leaksOf(reply, everyId)).toEqual([]);
  for (const body of [
    {},
    { offerIds: [marker('id')], zipCodes: ['x'] },
    { offerIds: hidden, zipCodes, teamId: 1 },
  ]) {
    const rejected = await harness.call('POST', path, body, reseller);
    expect(rejected.status).toBe(400);
    expect(leaksOf(rejected, JSON.stringify(body) + everyId)).toEqual([]);
  }
});

it('returns 404 for HEAD requests for them', async () => {
  for (const id of [...hidden, ...gone])
    expect((await harness.call('HEAD', `/reseller/catalog/${id}`, undefined, reseller)).status).toBe(404);
});
