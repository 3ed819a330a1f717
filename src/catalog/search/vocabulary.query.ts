import { providerIsVisible } from '../../teams/provider-visibility.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import { maySell } from '../license-gate.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/*
 * The vocabulary for correcting typos (search_words in the migrations) contains words of public offers only, because
 * every reseller can read it through the correction of a typo.
 */

/** Limits of the vocabulary. Offers of one provider cannot fill it. */
export interface VocabularyLimits {
  words: number;
  wordsPerProvider: number;
}

const isPublic = `o.status = 'active' AND o.visibility = 'public' AND ${providerIsVisible('o.team_id')}`;

/**
 * Removes up to `$1` offers from the queue and adds their words to the vocabulary, up to the limits `$2` (all words)
 * and `$3` (words per provider). Records that words may have to be removed if one of the offers has lost some.
 * Returns the number of offers.
 */
export const addPendingWords = `
  WITH taken AS (
    DELETE FROM search_pending WHERE ctid = ANY(ARRAY(SELECT ctid FROM search_pending LIMIT $1)) RETURNING offer_id, loses_words
  ), shown AS (
    SELECT o.id, o.team_id, o.name, o.marketing_headline, o.key_features, o.description
      FROM offers o WHERE o.id IN (SELECT offer_id FROM taken) AND ${isPublic}
  ), given AS (
    SELECT DISTINCT ON (word) word, team_id
      FROM shown, unnest(string_to_array(search_text(concat_ws(' ', name, marketing_headline,
             array_to_string(key_features, ' '), description)), ' ')) AS word
     WHERE length(word) BETWEEN 3 AND 40 AND octet_length(word) <= 80 AND word !~ '^[0-9]+$'
       AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = word.word)
     ORDER BY word
  ), numbered AS (
    SELECT word, team_id, row_number() OVER () AS overall, row_number() OVER (PARTITION BY team_id) AS own FROM given
  ), stored AS (
    SELECT team_id, count(*) AS words FROM search_words WHERE team_id IN (SELECT team_id FROM given) GROUP BY team_id
  ), added AS (
    INSERT INTO search_words (word, team_id)
      SELECT word, team_id FROM numbered n LEFT JOIN stored USING (team_id)
       WHERE overall <= $2 - (SELECT count(*) FROM search_words) AND own <= $3 - coalesce(stored.words, 0)
    ON CONFLICT DO NOTHING
  ), removed AS (
    UPDATE search_removals SET at = clock_timestamp() WHERE EXISTS (SELECT FROM taken WHERE loses_words)
  )
  SELECT count(*)::int AS offers FROM taken`;

/**
 * Checks up to `$1` words that were last checked before a public offer lost words, and removes those that no public
 * offer contains any more. Returns the number of words.
 */
export const removeUnusedWords = `
  WITH due AS (
    SELECT word FROM search_words WHERE checked_at <= (SELECT at FROM search_removals) ORDER BY checked_at LIMIT $1
  ), used AS (
    SELECT word FROM due WHERE EXISTS
      (SELECT FROM offers o WHERE ${isPublic} AND o.search @@ phraseto_tsquery('offerdock', due.word))
  ), kept AS (
    UPDATE search_words SET checked_at = clock_timestamp() WHERE word IN (SELECT word FROM used)
  ), removed AS (
    DELETE FROM search_words WHERE word IN (SELECT word FROM due EXCEPT SELECT word FROM used)
  )
  SELECT count(*)::int AS words FROM due`;

/** Selects those of the tsqueries that match no offer that the reseller can see, by their index from 0. */
export function unseenQueries(reseller: Reseller, tsqueries: readonly string[]): Statement {
  const params = new SqlParams();
  const given = params.add(tsqueries);
  const text = `SELECT place - 1 FROM unnest(${given}::text[]) WITH ORDINALITY AS given (tsquery, place)
    WHERE NOT EXISTS (SELECT FROM offers o WHERE o.search @@ given.tsquery::tsquery AND ${isVisibleTo(reseller, params)})`;
  return { text, values: params.values };
}

/** Selects the words of the vocabulary that are most similar to each given word: given, word. */
export const similarWords = (words: readonly string[], perWord: number): Statement => ({
  text: `SELECT given.word, near.word FROM unnest($1::text[]) AS given (word) CROSS JOIN LATERAL
    (SELECT word FROM search_words ORDER BY word COLLATE "default" <-> given.word LIMIT ${perWord}) near`,
  values: [words],
});

/**
 * Selects those of the words that a public offer contains, with their tsquery: word, tsquery. If the reseller needs
 * licenses, only offers that it may sell count.
 */
export function publicWords(reseller: Reseller, words: readonly string[]): Statement {
  const params = new SqlParams();
  const given = params.add(words);
  const may = reseller.needsLicenses
    ? ` AND ${maySell(`${params.add(reseller.id)}::uuid`, undefined, params)}`
    : '';
  const text = `SELECT word, tsquery::text FROM unnest(${given}::text[]) AS word, phraseto_tsquery('offerdock', word) AS tsquery
    WHERE EXISTS (SELECT FROM offers o WHERE o.search @@ tsquery AND ${isPublic}${may})`;
  return { text, values: params.values };
}
