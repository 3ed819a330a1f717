import { catalogCalls, dayFromNow, unknownId } from '../catalog-calls.js';
import { fullOffer, makeTeam, type TestTeam } from '../factories.js';
import { start, type Harness, type Reply } from '../harness.js';
import { addressesOf, anyMark, mark, markedFields, markedOffer, resellerReads } from '../hidden-marks.js';

/*
 * What only a provider may see is marked, and every answer that a reseller can get is searched for the marks: all
 * reads of the OpenAPI document, with good and bad parameters, and those writes that answer with offers.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let other: TestTeam;
const shown: string[] = [];
const hidden: string[] = [];
const { offer, change, remove, admin, prefer, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  [provider, reseller, other] = await Promise.all([
    makeTeam(harness, 'provider', { name: 'Shown Lines' }),
    makeTeam(harness, 'reseller'),
    makeTeam(harness, 'reseller', { name: mark('otherreseller') }),
  ]);
  const suspended = await makeTeam(harness, 'provider', { name: mark('suspendedteam') });
  const quiet = await makeTeam(harness, 'provider', { name: mark('quietteam') });
  const notes = { notes: mark('notes'), tier: mark('tier') };
  await prefer(provider, { resellerTeamId: reseller.id, ...notes });
  await prefer(quiet, { resellerTeamId: reseller.id, ...notes, effectiveDate: dayFromNow(3) });
  for (const [index, visibility] of ['public', 'preferred', 'selected', 'public'].entries()) {
    const fields = { ...fullOffer, ...markedFields(`SKU-${index}`, reseller) };
    shown.push((await offer(provider, { ...fields, name: `Line ${index}`, visibility })).id);
  }
  const invisible: [TestTeam, string, object][] = [
    [provider, 'draft', { status: 'draft' }],
    [provider, 'inactive', { status: 'inactive' }],
    [provider, 'archived', { status: 'archived' }],
    [provider, 'selected', { visibility: 'selected', allowedResellers: [other.id] }],
    [quiet, 'preferred', { visibility: 'preferred' }],
    [suspended, 'suspended', {}],
  ];
  for (const [team, name, more] of invisible)
    hidden.push((await offer(team, { ...markedOffer(name), ...more })).id);
  hidden.push((await offer(provider, { ...markedOffer('later') })).id);
  hidden.push((await offer(provider, { ...markedOffer('deleted'), status: 'draft' })).id);
  await change(provider, hidden.at(-2) ?? '', { visibility: 'selected' });
  await remove(provider, hidden.at(-1) ?? '');
  await admin(suspended, { suspended: true });
});
afterAll(() => harness.stop());

/** Everything that an answer carries, but for what the request itself said. */
function leaksOf(reply: Reply, address: string): string[] {
  const asked = decodeURIComponent(address);
  const text = decodeURIComponent(JSON.stringify([reply.headers, reply.text]).replaceAll('%', '%25'));
  const cursors = [...text.matchAll(/cursor=([\w-]+)/g)].map(([, payload = '']) =>
    Buffer.from(payload, 'base64url').toString(),
  );
  const all = [text, ...cursors].join('\n');
  const found = [anyMark.exec(all)?.[0], ...[...hidden, other.id].filter((id) => all.includes(id))];
  const names = [
    'teamId',
    'allowedResellers',
    'internalName',
    'internalDescription',
    'complianceNotes',
    'externalId',
  ];
  const members = [...names, 'submissionUrl', 'zipCodes'].filter((name) => text.includes(`"${name}\\"`));
  const zips = ['73301', '83414'].filter((zip) => all.includes(zip));
  return [...found.filter((each) => each !== undefined), ...members, ...zips].filter(
    (each) => !asked.includes(each),
  );
}

it('knows a leak when it sees one', async () => {
  const path = `/provider/offers/${shown[0]}`;
  const reply = await harness.call('GET', path, undefined, provider);
  expect(leaksOf(reply, path)).toEqual(
    expect.arrayContaining([mark('internalName'), 'teamId', 'zipCodes', '73301']),
  );
});

it('shows the reseller what is meant for it', async () => {
  expect((await ids(reseller)).toSorted()).toEqual(shown.toSorted());
});

it('keeps hidden fields and hidden offers out of every read', async () => {
  const kinds = [...shown, ...hidden, unknownId, provider.id, 'abc', mark('id')];
  const reads = resellerReads(harness);
  expect(reads.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/reseller/catalog', '/reseller/catalog/{offerId}']),
  );
  const leaks: [string, string[]][] = [];
  const statuses = new Set<number>();
  for (const read of reads)
    for (const address of addressesOf(read, kinds)) {
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
    mark,
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

it('keeps them out of the answers to other methods', async () => {
  const paths = harness.openapi.document.paths as Record<string, Record<string, unknown>>;
  const writes = Object.entries(paths).filter(([path, { post }]) => path.startsWith('/reseller/') && post);
  const zipCodes = ['94102', '73301', '83414', '10001'];
  const all = [...shown, ...hidden];
  const bodies = [
    {},
    { offerIds: all, zipCodes },
    { offerIds: hidden, zipCodes },
    { offerIds: ['x'], zipCodes: ['x'] },
  ];
  for (const [path] of writes)
    for (const body of bodies) {
      const reply = await harness.call('POST', path, body, reseller);
      expect(leaksOf(reply, JSON.stringify(reply.status < 400 ? all : body).concat(zipCodes.join()))).toEqual(
        [],
      );
    }
  for (const id of hidden)
    expect((await harness.call('HEAD', `/reseller/catalog/${id}`, undefined, reseller)).status).toBe(404);
});
