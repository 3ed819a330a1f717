import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { nextPagePath, readAllPages } from '../support/read-all-pages.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, admin, list } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  [provider, reseller] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'reseller')];
});
afterAll(() => harness.stop());

const readIds = async (query: Record<string, string>) => {
  const path = `/reseller/catalog?${new URLSearchParams({ limit: '1', ...query })}`;
  return (await readAllPages<{ id: string }>(harness, path, reseller.key)).map(({ id }) => id);
};

/** A name of the maximum length whose only character stands for 18 letters in 4 words. */
const longName = '\uFDFA'.repeat(255);

it.each(['name', 'provider'])('a long name has a next page when sorted by %s', async (sortBy) => {
  const seller = await makeTeam(harness, 'provider');
  await admin(seller, { name: longName });
  const made = [
    await offer(seller, { name: longName }),
    await offer(seller, { name: longName }),
    await offer(seller, { name: `${longName.slice(1)}!` }),
  ].map(({ id }) => id);
  const query = { sortBy, providerId: seller.id };
  expect((await readIds(query)).toSorted()).toEqual(made.toSorted());
  expect((await readIds({ ...query, search: longName.slice(0, 200) })).toSorted()).toEqual(made.toSorted());
});

it('a search with many long corrections has a next page', async () => {
  const letters = 'абвгдежзиклмнопрстуфхцчшщэюя';
  const at = (index: number) => letters[index % letters.length] ?? '';
  const replaced = (word: string, index: number, letter: string) =>
    word.slice(0, index) + letter + word.slice(index + 1);
  const words = [3, 5, 9, 11].map((step) =>
    Array.from({ length: 40 }, (_, index) => at(index * step + step)).join(''),
  );
  const similar = words.flatMap((word) =>
    Array.from({ length: 8 }, (_, index) => replaced(word, 5 + 3 * index, at(index + 11))),
  );
  const made = [];
  for (let number = 0; number < 3; number += 1)
    made.push((await offer(provider, { description: similar.join(' ') })).id);
  const search = words.map((word) => replaced(word, 20, 'q')).join(' ');
  expect(await readIds({ search })).toEqual(made.toReversed());
  const short = words.map((word) => replaced(word.slice(0, 20), 10, 'q')).join(' ');
  await offer(provider, { description: words.map((word) => word.slice(0, 20)).join(' ') });
  await offer(provider, { description: words.map((word) => word.slice(0, 20)).join(' ') });
  expect(await readIds({ search: short })).toHaveLength(2);
});

it('a cursor is valid only for the team that it was made for', async () => {
  await offer(provider);
  await offer(provider);
  const other = await makeTeam(harness, 'reseller');
  const path = nextPagePath(await list(reseller, { limit: '1' })) ?? '';
  expect((await harness.call('GET', path, undefined, reseller)).status).toBe(200);
  const refused = await harness.call('GET', path, undefined, other);
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_CURSOR']);
});
