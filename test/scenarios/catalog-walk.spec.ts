import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { readAllPages } from '../support/read-all-pages.js';

/*
 * Reads pages of the catalog during concurrent writes. Offers that exist throughout are listed once and in order.
 * Offers that are created or deleted meanwhile may be listed or not, but an unchanged offer is never listed twice.
 */

let harness: Harness;
let reseller: TestTeam;
let providers: TestTeam[];
const permanent: string[] = [];

interface Entry {
  id: string;
  name: string;
}

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
  providers = await Promise.all(
    ['Alba', 'beta', 'Beta', 'Éclair'].map((name) => makeTeam(harness, 'provider', { name })),
  );
  for (let number = 0; number < 120; number += 1)
    permanent.push(
      (await write('POST', '', number, { ...bodyOf(number), description: 'permanent gigabit' })).body.id,
    );
});
afterAll(() => harness.stop());

/** Returns the body of an offer. Many offers have equal prices, names and words; every fifth has no price. */
const bodyOf = (number: number) => ({
  name: `Offer ${number % 30}${number % 3 === 0 ? ' gigabit' : ''}`,
  status: 'active',
  category: 'other',
  description: 'comes and goes, gigabit',
  monthlyPrice: number % 5 === 0 ? null : (number * 7) % 40,
});

const write = (method: string, path: string, number: number, body?: object) =>
  harness.call(method, `/provider/offers${path}`, body, providers[number % providers.length]);

/** Creates, changes and deletes offers all over the list until `isOver`; returns the number of rounds. */
async function churn(seed: number, isOver: () => boolean, changed: Set<string>): Promise<number> {
  const own: { id: string; number: number }[] = [];
  let writes = 0;
  for (let number = seed; !isOver(); number += 13, writes += 1) {
    const created = await write('POST', '', number, bodyOf(number));
    own.push({ id: created.body.id, number });
    const other = own[(number * 31) % own.length];
    if (other && number % 2 === 0) {
      changed.add(other.id);
      const { status: _, ...body } = bodyOf(other.number + number);
      await write('PATCH', `/${other.id}`, other.number, {
        ...body,
        status: number % 3 ? 'active' : 'inactive',
      });
    }
    const oldest = own.length > 6 ? own.shift() : undefined;
    if (oldest) await write('DELETE', `/${oldest.id}`, oldest.number);
  }
  for (const { id, number } of own) await write('DELETE', `/${id}`, number);
  return writes;
}

async function readDuringWrites(path: string) {
  let over = false;
  const changed = new Set<string>();
  const writers = [0, 1].map((seed) => churn(seed, () => over, changed));
  const entries = await readAllPages<Entry>(harness, path, reseller.key).finally(() => (over = true));
  const writes = (await Promise.all(writers)).reduce((sum, each) => sum + each);
  return { ids: entries.map(({ id }) => id), changed, writes };
}

const onlyPermanent = (ids: string[]) => ids.filter((id) => permanent.includes(id));

describe.each([
  'sortBy=price',
  'sortBy=price&sortOrder=desc',
  'sortBy=price&minPrice=1&category=other',
  'sortBy=name',
  'sortBy=name&sortOrder=desc',
  'sortBy=createdAt',
  'sortBy=createdAt&sortOrder=asc',
  'sortBy=provider',
  'sortBy=provider&sortOrder=desc',
  'search=gigabit',
  'search=gigabit&sortOrder=asc',
  'search=gigabit&sortBy=name',
  'search=gigabti',
])('reading all pages with %s during writes', (query) => {
  it('lists permanent offers once and in order, and no unchanged offer twice', async () => {
    const before = (
      await readAllPages<Entry>(harness, `/reseller/catalog?${query}&limit=100`, reseller.key)
    ).map(({ id }) => id);
    // minPrice excludes offers without a price.
    expect(before.length).toBeGreaterThan(90);
    const { ids, changed, writes } = await readDuringWrites(`/reseller/catalog?${query}&limit=8`);
    expect(onlyPermanent(ids)).toEqual(before);
    const unchanged = ids.filter((id) => !changed.has(id));
    expect(new Set(unchanged).size).toBe(unchanged.length);
    expect(writes).toBeGreaterThan(0);
  });
});

it('keeps the correction of a typo on later pages, even if the typo becomes a word in the meantime', async () => {
  const path = '/reseller/catalog?search=gigabyt&limit=30';
  const before = (await readAllPages<Entry>(harness, path, reseller.key)).map(({ id }) => id);
  expect(before).toHaveLength(permanent.length);
  const made: string[] = [];
  const ids = (
    await readAllPages<Entry>(harness, path, reseller.key, async () => {
      made.push((await write('POST', '', 0, { ...bodyOf(0), name: 'Gigabyt' })).body.id);
    })
  ).map(({ id }) => id);
  expect(onlyPermanent(ids)).toEqual(before);
  for (const id of made) await write('DELETE', `/${id}`, 0);
});
