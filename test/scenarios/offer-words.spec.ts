import { randomInt, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { VocabularyCache, type SearchableOffer } from '../../src/offers/search-vocabulary.js';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * Offers whose words are all known are stored without Postgres looking at them again. However texts are cut and put
 * together anew, the vocabulary has what is in them.
 */

let harness: Harness;
let dataSource: DataSource;

beforeAll(async () => {
  harness = await start();
  dataSource = harness.app.get(DataSource);
});
afterAll(() => harness.stop());

const oneOf = <T>(all: readonly T[]): T => all[randomInt(all.length)] as T;
const some = <T>(all: readonly T[], most: number) =>
  Array.from({ length: randomInt(most + 1) }, () => oneOf(all));

/** What the parser of Postgres treats in ways of its own, and what may change how it reads its neighbours. */
const odd = [
  'fibre Wi-Fi e-mail e.mail@isp.example http://isp.example/a/b?c=d http:// ftp://a /usr/lib a/b v2.0.1 :// x:y',
  `-5 +49 940.5 1e10 5½ 5½-inch 3× 1-2-3 (100) 100% 50€ %20 <b x="y"> </b> <!-- --> &lt; &amp «the» ≤ ＜b #1 @home`,
  "don't O'Neil's naïve Straße ﬁbre 漢字 été\u0301 🚀 ® — … a_b C++ ... .. '' \\ x\u00a0y \u0301~é \u0301.. \u0301/usr http://\u0301 …/foo httpː// ⒈x",
].flatMap((line) => line.split(' '));
/** Between two words there is space, as a rule. */
const separators = [' ', ' ', ' ', '  ', '\n', '\t', ''];
const text = (words: readonly string[], most: number) =>
  some(words, most).reduce((all, word) => `${all}${oneOf(separators)}${word}`, oneOf(words));

const offerOf = (words: readonly string[]): SearchableOffer => ({
  status: 'active',
  category: oneOf(['internet', 'other']),
  name: text(words, 2),
  marketingHeadline: oneOf([null, text(words, 3)]),
  keyFeatures: some([text(words, 2)], 2),
  description: oneOf([null, text(words, 5)]),
});

it('takes no word for known that Postgres would find new', async () => {
  // Of every ten offers about one is known; the bound is there for an error that lets none be.
  const cases: { offer: SearchableOffer; stored: SearchableOffer[] }[] = [];
  for (let tries = 0; tries < 40_000 && cases.length < 500; tries += 1) {
    const words = new VocabularyCache();
    const own = Array.from({ length: 4 }, () => oneOf(odd));
    const stored = Array.from({ length: 4 }, () => offerOf(own));
    words.remember(stored);
    const offer = offerOf(own);
    if (words.statusOf([offer]) === 'known') cases.push({ offer, stored });
  }
  expect(cases).toHaveLength(500);
  const read = ({ name, marketingHeadline, keyFeatures, description }: SearchableOffer) =>
    [name, marketingHeadline, ...keyFeatures, description].filter((part) => part !== null).join(' ');
  const pairs = cases.map(({ offer, stored }) => ({
    offer: read(offer),
    stored: stored.filter(({ category }) => category === offer.category).map(read),
  }));
  const missed = ['english', 'simple'].map((language) =>
    dataSource.query(
      `SELECT offer, stored FROM json_to_recordset($1) AS c (offer text, stored text[])
        WHERE EXISTS (SELECT unnest(tsvector_to_array(to_tsvector('${language}', unaccent(offer)))) EXCEPT
          SELECT unnest(tsvector_to_array(to_tsvector('${language}', unaccent(s)))) FROM unnest(stored) AS s)`,
      [JSON.stringify(pairs)],
    ),
  );
  expect((await Promise.all(missed)).flat()).toEqual([]);
});

it('leaves no word of an active offer out, whichever way it comes', async () => {
  const provider = await makeTeam(harness, 'provider');
  const plurals = ['zebra', 'zebras', 'zebra crossing', 'zebras crossings'];
  const own = [...odd.filter((word) => word.trim() !== ''), 'aurora', 'borealis', 'cirrus'];
  const body = () => {
    const { marketingHeadline: headline, ...offer } = offerOf(own.slice(0, randomInt(2, own.length)));
    return {
      ...offer,
      marketingHeadline: headline,
      status: oneOf(['active', 'active', 'draft']),
      sku: randomUUID(),
    };
  };
  for (let round = 0; round < 40; round += 1) {
    const created = await harness.call('POST', '/provider/offers', body(), provider);
    expect(created.status).toBe(201);
    const path = `/provider/offers/${created.body.id}`;
    const patch = created.body.status === 'draft' ? { status: 'active' } : { name: oneOf(plurals) };
    expect((await harness.call('PATCH', path, patch, provider)).status).toBe(200);
    const lines = Array.from({ length: 5 }, () => JSON.stringify(body())).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const bulk = await harness.call('POST', '/provider/offers/bulk', lines, { ...provider, headers });
    expect(bulk.text.match(/"created"/g)).toHaveLength(5);
  }
  const missing: object[] = await dataSource.query(`
    SELECT word, category FROM offers o, unnest(tsvector_to_array(search)) AS word
     WHERE status = 'active' AND (word, coalesce(category, '')) NOT IN (SELECT lexeme, category FROM search_lexemes)
    UNION ALL
    SELECT word, NULL FROM offers o, unnest(tsvector_to_array(to_tsvector('simple', offer_text(o)))) AS word
     WHERE status = 'active' AND length(word) BETWEEN 3 AND 40 AND word NOT IN (SELECT word FROM search_words)`);
  expect(missing).toEqual([]);
});
