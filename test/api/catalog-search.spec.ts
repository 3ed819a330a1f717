import { catalogCalls, rareWord } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { readAllPages } from '../support/read-all-pages.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, list, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/**
 * Creates offers, and returns a function that runs a search on them and returns the indexes of the results in
 * order.
 */
async function among(bodies: object[]) {
  const made: string[] = [];
  for (const body of bodies) made.push((await offer(provider, body)).id);
  return async (search: string, more: Record<string, string> = {}) =>
    (await ids(reseller, { providerId: provider.id, search, ...more })).map((id) => made.indexOf(id));
}

const named = (...names: string[]) => among(names.map((name) => ({ name })));

describe('GET /reseller/catalog?search', () => {
  it('searches only the name, description, headline and key features', async () => {
    const word = rareWord();
    const find = await among([
      { name: `A ${word}` },
      { description: `Has ${word}.` },
      { marketingHeadline: word.toUpperCase() },
      { keyFeatures: ['One', `two-${word}`] },
      { marketingDescription: word, overview: word, sku: word, metadata: { word } },
      { internalName: word, internalDescription: word, complianceNotes: word, externalId: word },
      { submissionUrl: `https://isp.example/${word}`, imageUrl: `https://isp.example/${word}` },
    ]);
    expect(await find(word)).toEqual([0, 3, 2, 1]);
  });

  it('supports words, phrases, or and minus', async () => {
    const find = await named('Fast fiber line', 'Line of fast fiber and cable', 'Slow cable', 'Satellite');
    for (const [search, places] of [
      ['fast line', [1, 0]],
      ['LINE Fast', [1, 0]],
      ['"fiber line"', [0]],
      ['"line fiber"', []],
      ['fast -cable', [0]],
      ['-"fast fiber"', [3, 2]],
      ['slow or satellite', [3, 2]],
      ['satellite OR fast cable', [3, 1]],
      ['fiber or', [1, 0]],
      ['or or or fiber', [1, 0]],
      ['"fast fiber', [0, 1]],
      ['the fiber of a line', [0, 1]],
      ['lines fibers', [1, 0]],
      ['fast, fiber!', [0, 1]],
      ['fast -', [0, 1]],
      ['fiber & cable | slow', []],
    ] as const)
      expect([search, await find(search)]).toEqual([search, places]);
  });

  it('ignores accents in any form, in offers and searches', async () => {
    const find = await named(
      'Crème brûlée',
      'Creme brulee',
      'Cre\u0300me bru\u0302le\u0301e',
      'Smørrebrød',
      'Straße',
    );
    for (const search of ['creme brulee', 'CRÈME BRÛLÉE', 'cre\u0300me', '"crème brulée"'])
      expect([search, await find(search)]).toEqual([search, [0, 1, 2]]);
    expect(await find('-crème')).toEqual([4, 3]);
    expect([await find('smorrebrod'), await find('strasse')]).toEqual([[3], [4]]);
  });

  it('treats typographic dashes and quotes like plain ones, not like a minus', async () => {
    const find = await named('Fiber — fast', 'Fiber');
    expect(await find('fiber — fast')).toEqual([0]);
    expect(await find('fiber —fast')).toEqual([0]);
    expect(await find('fiber –fast')).toEqual([0]);
    expect(await find('“fiber fast”')).toEqual([0]);
  });

  it('finds compounds as a whole and by their parts', async () => {
    const find = await named('Wi-Fi 6E mesh', '5G-home internet');
    expect([await find('wi-fi'), await find('fi'), await find('6e')]).toEqual([[0], [0], [0]]);
    expect([await find('5g-home'), await find('5g'), await find('5G home')]).toEqual([[1], [1], [1]]);
  });

  it('sorts by relevance: matches in the name first, then all others, newest first', async () => {
    const find = await among([
      { name: 'Gigabit', description: 'Old' },
      { name: 'Plain', description: 'Has a gigabit' },
      { name: 'Gigabit too' },
      { name: 'Other', keyFeatures: ['Gigabit'] },
      { name: 'A gigabit' },
      { name: 'Best gigabits' },
    ]);
    expect(await find('gigabit')).toEqual([0, 2, 5, 4, 3, 1]);
    expect(await find('gigabit', { sortBy: 'relevance', sortOrder: 'asc' })).toEqual([1, 3, 4, 5, 2, 0]);
    expect(await find('gigabit', { sortBy: 'name' })).toEqual([4, 5, 0, 2, 3, 1]);
  });

  it('ranks names by how closely they match', async () => {
    const find = await named(
      'Fibre',
      'Home Internet',
      'Some long plan name that ends in fibre',
      'Internet for your home',
      'The best home internet',
      'Home Internet 500',
      'Home, internet & fibre',
    );
    expect(await find('fibre')).toEqual([0, 6, 2]);
    expect(await find('home internet')).toEqual([1, 5, 6, 4, 3]);
    expect(await find('internet home')).toEqual([6, 5, 4, 3, 1]);
  });

  it('ranks by the words that count, also with stop words, exclusions, alternatives and plurals', async () => {
    const find = await named(
      'Fibre',
      'Fibre 100',
      'Quokka & Fibre',
      'Big fibre quokka',
      'Zoo',
      'The Fibre',
      'Fibre 500',
      'A long plan name that ends in fibre',
    );
    for (const [search, places] of [
      ['fibre', [0, 1, 6, 7, 5, 3, 2]],
      ['the fibre', [5, 0, 1, 6, 7, 3, 2]],
      ['fibre the', [0, 1, 6, 7, 5, 3, 2]],
      ['fibre -500', [0, 1, 7, 5, 3, 2]],
      ['-500 fibre', [0, 1, 7, 5, 3, 2]],
      ['fibre -the', [0, 1, 6, 7, 3, 2]],
      ['zoo or fibre', [0, 1, 6, 4, 7, 5, 3, 2]],
      ['zoo or the fibre -100', [5, 4, 0, 6, 7, 3, 2]],
      ['fibres', [0, 1, 6, 7, 5, 3, 2]],
      ['the quokka', [2, 3]],
      ['fibre quokka -zoo', [3, 2]],
      ['fibre the quokka', [3, 2]],
      ['quokka fibres', [2, 3]],
      ['fibre quokka or zoo', [4, 3, 2]],
    ] as const)
      expect([search, await find(search)]).toEqual([search, places]);
  });

  it('excludes common words', async () => {
    const find = await named('The line', 'Line', 'Line of a year');
    expect([await find('line -the'), await find('-the'), await find('-of')]).toEqual([
      [1, 2],
      [2, 1],
      [1, 0],
    ]);
  });

  it('pages through the ranks without gaps', async () => {
    await named('Lumen', 'Lumen A', 'Lumen B', 'A lumen', 'B lumen', 'Lumens C', 'Lumen line', 'Line lumen');
    const search = { providerId: provider.id, search: 'lumen line' };
    for (const text of [
      'lumen',
      'lumen line',
      'line lumen',
      'the lumen',
      'lumens -a',
      'a lumens or line',
      'lines or lumen -c',
    ])
      for (const sortOrder of ['asc', 'desc']) {
        const query = { ...search, search: text, sortBy: 'relevance', sortOrder };
        const all = await ids(reseller, query);
        for (const limit of ['1', '2', '3']) {
          const path = `/reseller/catalog?${new URLSearchParams({ ...query, limit })}`;
          const pages = await readAllPages<{ id: string }>(harness, path, reseller.key);
          expect([text, sortOrder, limit, pages.map(({ id }) => id)]).toEqual([text, sortOrder, limit, all]);
        }
      }
  });

  it('reflects a change to the text in the next request', async () => {
    const [before, after] = [rareWord(), rareWord()];
    const { id } = await offer(provider, { name: before });
    await change(provider, id, { name: after });
    expect([await ids(reseller, { search: before }), await ids(reseller, { search: after })]).toEqual([
      [],
      [id],
    ]);
    await change(provider, id, { keyFeatures: [before] });
    expect(await ids(reseller, { search: before })).toEqual([id]);
  });
});

describe('a search with little or no content', () => {
  it.each([
    'the',
    'the or and',
    '-the',
    '%',
    '_',
    "'",
    "''",
    '"',
    '""',
    '"" or ""',
    '\\',
    '-',
    '--',
    '!!! ??? ...',
    '🚀',
    '<->',
    '&',
    '()',
    ':*',
    'or',
    "'; DROP TABLE offers; --",
    "x' OR '1'='1",
    '$1 $2 $$',
    '${7*7} {{7}}',
    '? the !',
    '"? !" the',
    '\\\' \\" \\\\',
    '电信 光纤',
    'x'.repeat(200),
    '- '.repeat(100),
    '"a" '.repeat(50),
    'or '.repeat(66),
    `${'a-'.repeat(99)}a`,
    '🚀'.repeat(200),
    'ﬁ½℅'.repeat(60),
  ])('200 for %j', async (search) => {
    await offer(provider);
    for (const more of ['', '&sortBy=price', '&facets=category&count=true']) {
      const path = `/reseller/catalog?search=${encodeURIComponent(search)}${more}`;
      const reply = await harness.call('GET', path, undefined, reseller);
      expect([search, reply.status]).toEqual([search, 200]);
    }
  });

  it.each(['%', '🚀', '"of the"', '...'])('finds nothing with %j', async (search) => {
    await offer(provider, { name: 'The 100 % 🚀 ...' });
    const reply = await list(reseller, { search, count: 'true' });
    expect([reply.body, reply.headers['x-total-count']]).toEqual([[], '0']);
  });

  it.each(['', ' ', '\t\n', 'x'.repeat(201), 'x'.repeat(5000), '🚀'.repeat(201)])(
    '400 for %j',
    async (search) => {
      const reply = await list(reseller, { search });
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(['search']);
    },
  );
});
