import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { between, pick } from '../../seed/random.js';
import { VocabularyCache, type SearchableOffer } from '../../src/offers/search-vocabulary.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { seededRandom } from '../support/seed.js';

/*
 * If the vocabulary contains all words of an offer, the offer is stored without having Postgres extract its words. The
 * vocabulary must contain the words of texts however they are split and recombined.
 */

let harness: Harness;
let dataSource: DataSource;

beforeAll(async () => {
  harness = await start();
  dataSource = harness.app.get(DataSource);
});
afterAll(() => harness.stop());

const random = seededRandom();
const oneOf = <T>(values: readonly T[]): T => pick(random, values);
const some = <T>(values: readonly T[], most: number) =>
  Array.from({ length: between(random, 0, most) }, () => oneOf(values));

/** Words to which the Postgres parser gives special treatment, or that change how it parses adjacent words. */
const unusualWords = [
  'fibre Wi-Fi e-mail e.mail@isp.example http://isp.example/a/b?c=d http:// ftp://a /usr/lib a/b v2.0.1 :// x:y',
  `-5 +49 940.5 1e10 5½ 5½-inch 3× 1-2-3 (100) 100% 50€ %20 <b x="y"> </b> <!-- --> &lt; &amp «the» ≤ ＜b #1 @home`,
  "don't O'Neil's naïve Straße ﬁbre 漢字 été\u0301 🚀 ® — … a_b C++ ... .. '' \\ x\u00a0y \u0301~é \u0301.. \u0301/usr http://\u0301 …/foo httpː// ⒈x",
].flatMap((line) => line.split(' '));
/** The separators between words; most of them are spaces. */
const separators = [' ', ' ', ' ', '  ', '\n', '\t', ''];
const randomText = (words: readonly string[], most: number) =>
  some(words, most).reduce((all, word) => `${all}${oneOf(separators)}${word}`, oneOf(words));

const randomOffer = (words: readonly string[]): SearchableOffer => ({
  status: 'active',
  category: oneOf(['internet', 'other']),
  name: randomText(words, 2),
  marketingHeadline: oneOf([null, randomText(words, 3)]),
  keyFeatures: some([randomText(words, 2)], 2),
  description: oneOf([null, randomText(words, 5)]),
});

it('treats the words of a stored offer as known', () => {
  const words = new VocabularyCache();
  const offer = randomOffer(['fibre']);
  expect(words.statusOf([offer])).toBe('new');
  words.remember([offer]);
  expect(words.statusOf([offer])).toBe('known');
});

it('treats no word as known that Postgres would treat as new', async () => {
  const cases: { offer: SearchableOffer; stored: SearchableOffer[] }[] = [];
  // About one offer in ten contains only known words.
  for (let attempt = 0; attempt < 5000; attempt += 1) {
    const words = new VocabularyCache();
    const own = Array.from({ length: 4 }, () => oneOf(unusualWords));
    const stored = Array.from({ length: 4 }, () => randomOffer(own));
    words.remember(stored);
    const offer = randomOffer(own);
    if (words.statusOf([offer]) === 'known') cases.push({ offer, stored });
  }
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

it('stores every word of an active offer, however the offer is written', async () => {
  const provider = await makeTeam(harness, 'provider');
  const plurals = ['zebra', 'zebras', 'zebra crossing', 'zebras crossings'];
  const words = [...unusualWords.filter((word) => word.trim() !== ''), 'aurora', 'borealis', 'cirrus'];
  const randomBody = () => {
    const { marketingHeadline: headline, ...offer } = randomOffer(
      words.slice(0, between(random, 2, words.length - 1)),
    );
    return {
      ...offer,
      marketingHeadline: headline,
      status: oneOf(['active', 'active', 'draft']),
      sku: randomUUID(),
    };
  };
  for (let round = 0; round < 40; round += 1) {
    const created = await harness.call('POST', '/provider/offers', randomBody(), provider);
    expect(created.status).toBe(201);
    const path = `/provider/offers/${created.body.id}`;
    const patch = created.body.status === 'draft' ? { status: 'active' } : { name: oneOf(plurals) };
    expect((await harness.call('PATCH', path, patch, provider)).status).toBe(200);
    const lines = await uploadOffers(harness, provider, Array.from({ length: 5 }, randomBody));
    expect(lines.map(({ result }) => result)).toEqual(Array.from({ length: 5 }, () => 'created'));
  }
  const missing: object[] = await dataSource.query(`
    SELECT word, category FROM offers o, unnest(tsvector_to_array(search)) AS word
     WHERE status = 'active' AND (word, coalesce(category, '')) NOT IN (SELECT lexeme, category FROM search_lexemes)
    UNION ALL
    SELECT word, NULL FROM offers o, unnest(tsvector_to_array(to_tsvector('simple', offer_text(o)))) AS word
     WHERE status = 'active' AND length(word) BETWEEN 3 AND 40 AND word NOT IN (SELECT word FROM search_words)`);
  expect(missing).toEqual([]);
});
