import { DataSource } from 'typeorm';
import { addPendingWords } from '../../src/catalog/search/vocabulary.query.js';
import { VocabularyService } from '../../src/catalog/search/vocabulary.service.js';
import { catalogCalls, rareWord } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
let dataSource: DataSource;
let provider: TestTeam;
let reseller: TestTeam;
const { admin, offer, change, list, ids, remove } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  dataSource = harness.app.get(DataSource);
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/** Creates offers, and returns a function that runs a search on them and returns the indexes of the results. */
async function named(...names: string[]) {
  const made: string[] = [];
  for (const name of names) made.push((await offer(provider, { name })).id);
  return async (search: string) =>
    (await ids(reseller, { providerId: provider.id, search })).map((id) => made.indexOf(id));
}

/** Returns every text that is one typo away: with a letter omitted, doubled, changed or swapped. */
function typos(word: string): string[] {
  const places = [...word].map((_, at) => at);
  const all = places.flatMap((at) => [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at + 1) + word.slice(at),
    `${word.slice(0, at)}x${word.slice(at + 1)}`,
    word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  ]);
  return [...new Set(all)].filter((typo) => typo !== word);
}

describe('a typo in a search', () => {
  beforeAll(async () => {
    // The words of a marketplace, many of which begin and end like the intended word.
    const other = await makeTeam(harness, 'provider');
    await dataSource.query(
      `INSERT INTO search_words (word, team_id) SELECT DISTINCT a || b || c, $1::uuid
         FROM unnest('{in,gig,sat,pro,un,sec,bro,tele,home,fast}'::text[]) a,
              unnest('{ter,abi,elli,ces,ti,ur,ad,vi,sor,me}'::text[]) b,
              unnest('{net,bits,tes,sing,on,ity,band,sion,ting,er,al,ive,ly,ment,ness,ist,ism,ous,ful,ant}'::text[]) c
       ON CONFLICT DO NOTHING`,
      [other.id],
    );
  });

  it.each(['gigabit', 'internet', 'satellite', 'security', 'television', 'router'])(
    'still finds %s',
    async (word) => {
      const find = await named(`Best ${word}`);
      const missed: string[] = [];
      for (const typo of typos(word)) if ((await find(`best ${typo}`)).length === 0) missed.push(typo);
      expect(missed).toEqual([]);
    },
  );

  it('is still corrected if a draft contains it', async () => {
    const find = await named('Quartz magnet');
    const draft = await offer(provider, { name: 'Quratz', status: 'draft' });
    expect(await find('quratz')).toEqual([0]);
    await change(provider, draft.id, { status: 'active' });
    expect(await ids(reseller, { search: 'quratz' })).toEqual([draft.id]);
  });

  it('is corrected for everybody who does not see the offer that contains it', async () => {
    const find = await named('Obsidian magnet');
    const owner = await makeTeam(harness, 'hybrid');
    const other = await makeTeam(harness, 'provider');
    const own = await offer(owner, { name: 'Obsidain', visibility: 'selected' });
    await offer(other, { name: 'Obsidain', visibility: 'preferred' });
    expect(await find('obsidain')).toEqual([0]);
    expect(await ids(owner, { search: 'obsidain' })).toEqual([own.id]);
  });

  it('is corrected on all pages alike', async () => {
    const made = await Promise.all([1, 2, 3].map(() => offer(provider, { name: 'Malachite' })));
    const query = { search: 'malachiet', providerId: provider.id, limit: '2' };
    const first = await list(reseller, { ...query, count: 'true' });
    expect([first.body.length, first.headers['x-total-count']]).toEqual([2, '3']);
    const cursor = new URLSearchParams(/cursor=([^>]+)>/.exec(first.headers.link ?? '')?.[0]).get('cursor');
    await offer(provider, { name: 'Malachiet' });
    const second = await list(reseller, { ...query, cursor: cursor?.replace('>', '') ?? '' });
    const found = [...first.body, ...second.body].map(({ id }: { id: string }) => id);
    expect(found.slice(0, 3).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
  });

  it('is corrected only in required words, and not if it differs too much', async () => {
    const find = await named('Orchid falcon', 'Orchid');
    expect(await find('orchid -falcno')).toEqual([1, 0]);
    expect(await find('"orchid falcno"')).toEqual([]);
    expect(await find('orchid flacno')).toEqual([]);
    expect(await find('orchdi falcno')).toEqual([0]);
    expect(await find('orchdi or xyzzy')).toEqual([1, 0]);
  });
});

interface Plan {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
}

describe('the vocabulary for corrections', () => {
  const vocabulary = () => harness.app.get(VocabularyService);
  const known = async (word: string): Promise<boolean> =>
    (await dataSource.query('SELECT 1 FROM search_words WHERE word = $1', [word])).length > 0;
  /** Changes the last letter, so that only a correction finds the word. */
  const misspell = (word: string) => `${word.slice(0, -1)}q`;

  it('never contains words that some reseller cannot see', async () => {
    const words = Array.from({ length: 4 }, rareWord);
    const bodies = [
      { visibility: 'selected' },
      { visibility: 'preferred' },
      { status: 'draft' },
      { status: 'inactive' },
    ];
    for (const [index, body] of bodies.entries()) await offer(provider, { ...body, name: words[index] });
    await vocabulary().update();
    for (const word of words) expect([word, await known(word)]).toEqual([word, false]);
  });

  it('follows offers that are changed, hidden, published, deleted and suspended', async () => {
    const [first, second] = [rareWord(), rareWord()];
    const { id } = await offer(provider, { name: first });
    const knows = async () => {
      await vocabulary().update();
      return [await known(first), await known(second)];
    };
    expect(await knows()).toEqual([true, false]);
    await change(provider, id, { name: second });
    expect(await knows()).toEqual([false, true]);
    await change(provider, id, { visibility: 'preferred' });
    expect(await knows()).toEqual([false, false]);
    await change(provider, id, { visibility: 'public', description: first });
    expect(await knows()).toEqual([true, true]);
    await admin(provider, { suspended: true });
    expect(await knows()).toEqual([false, false]);
    await admin(provider, { suspended: false });
    expect(await knows()).toEqual([true, true]);
    await remove(provider, id);
    expect(await knows()).toEqual([false, false]);
  });

  it('gives no correction for an offer that was hidden a moment ago', async () => {
    const word = rareWord();
    const { id } = await offer(provider, { name: word });
    expect(await ids(reseller, { search: misspell(word) })).toEqual([id]);
    const query = { search: `${misspell(word)} or ${misspell(word)}`, count: 'true' };
    await change(provider, id, { visibility: 'preferred' });
    const hidden = await list(reseller, query);
    expect([hidden.body, hidden.headers['x-total-count'], hidden.headers.link]).toEqual([[], '0', undefined]);
  });

  it('is bounded, in total and for each provider', async () => {
    const { limits } = vocabulary();
    const before = async () =>
      Number((await dataSource.query('SELECT count(*) AS n FROM search_words'))[0].n);
    const total = (await vocabulary().update(), await before());
    try {
      vocabulary().limits = { words: total + 25, wordsPerProvider: 10 };
      for (const team of [
        provider,
        await makeTeam(harness, 'provider'),
        await makeTeam(harness, 'provider'),
      ]) {
        const words = Array.from({ length: 30 }, rareWord).join(' ');
        await offer(team, { description: words });
        await offer(team, { description: Array.from({ length: 30 }, rareWord).join(' ') });
        await vocabulary().update();
        const [{ n }] = await dataSource.query(
          'SELECT count(*)::int AS n FROM search_words WHERE team_id = $1',
          [team.id],
        );
        expect(n).toBeLessThanOrEqual(10);
      }
      expect(await before()).toBe(total + 25);
    } finally {
      vocabulary().limits = limits;
    }
  });

  it('costs no more to update if a provider has reached its limit', async () => {
    const words = (count: number) => Array.from({ length: count }, rareWord).join(' ');
    await dataSource.query(
      "INSERT INTO search_words (word, team_id) SELECT 'filler' || n, $1::uuid FROM generate_series(1, 5000) n",
      [provider.id],
    );
    await dataSource.query('VACUUM ANALYZE search_words');
    await vocabulary().update();
    await offer(provider, { description: words(700) });
    const [row] = await dataSource.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${addPendingWords}`,
      [500, 50_000, 5_000],
    );
    const read = (plan: Plan): number =>
      Number(plan['Relation Name'] === 'search_words') * plan['Actual Rows'] * plan['Actual Loops'] +
      (plan.Plans ?? []).reduce((sum, part) => sum + read(part), 0);
    // The words of the provider are counted once, not for each new word.
    expect(read(row['QUERY PLAN'][0].Plan)).toBeLessThan(30_000);
  });

  it('does not keep an old answer valid', async () => {
    const word = rareWord();
    // A queue so long that the search does not wait for it.
    await dataSource.query(
      'INSERT INTO search_pending SELECT gen_random_uuid(), false FROM generate_series(1, 3000)',
    );
    const { id } = await offer(provider, { name: word });
    const search = misspell(word);
    const { headers, body } = await list(reseller, { search });
    const again = await list(reseller, { search }, { 'if-none-match': headers.etag ?? '' });
    await vocabulary().update();
    const later = await list(reseller, { search }, { 'if-none-match': headers.etag ?? '' });
    expect([body, again.status, later.status]).toEqual([[], 304, 200]);
    expect(later.body).toMatchObject([{ id }]);
  });

  it('is updated by several processes at once without losing or repeating a word', async () => {
    const words = Array.from({ length: 40 }, rareWord);
    const updates = words.map(async (name, index) => {
      const { id } = await offer(provider, { name });
      if (index % 2 === 0) await remove(provider, id);
      await vocabulary().update();
    });
    await Promise.all(updates);
    await vocabulary().update();
    for (const [index, word] of words.entries())
      expect([word, await known(word)]).toEqual([word, index % 2 === 1]);
  });
});
