import type { Client } from 'pg';

/** A phrase as parsed by Postgres. */
export interface Reading {
  phrase: string;
  /** The words of the phrase as in search_text() of the migrations. */
  words: string;
  /** The lexemes, quoted for a tsvector in text form, each with its positions in the phrase. */
  lexemes: [quoted: string, places: number[]][];
  /** The number of positions in the phrase, including those of words that are not indexed. */
  length: number;
  /** A cache of the lexemes in tsvector text form, by the number of positions that precede the phrase. */
  from: (string | undefined)[];
  /** The ID of the first provider with a public offer that contains the phrase. */
  shownBy?: string;
}

interface ReadingRow {
  phrase: string;
  words: string;
  lexemes: [string, number[]][];
}

/** A word that is appended to a phrase, so that its position shows where the phrase ends. No other text contains it. */
const end = 'zqendqz';

/**
 * Computes the search columns of offers whose texts are assembled from phrases. Postgres parses each phrase once
 * instead of the texts of a million offers; concatenating the vectors of the phrases yields the vector of the text.
 */
export class SearchTexts {
  private readonly readings = new Map<string, Reading>();

  /** @param client a connection that is used only to parse phrases */
  constructor(private readonly client: Client) {}

  /**
   * The words of phrases in public offers, with a provider. Words of other offers must not be disclosed, not even
   * through the correction of a typo.
   */
  get publicWords(): { words: string; provider: string }[] {
    return [...this.readings.values()].flatMap(({ words, shownBy: provider }) =>
      provider === undefined ? [] : [{ words, provider }],
    );
  }

  /** Has Postgres parse the phrases that are not known yet. */
  async learn(texts: readonly (readonly string[])[]): Promise<void> {
    const unknown = new Set<string>();
    for (const phrases of texts)
      for (const phrase of phrases) if (!this.readings.has(phrase)) unknown.add(phrase);
    if (unknown.size === 0) return;
    const { rows } = await this.client.query<ReadingRow>(
      `SELECT phrase, words, (SELECT json_agg(json_build_array(lexeme, positions))
           FROM unnest(to_tsvector('offerdock', words || ' ${end}'))) AS lexemes
         FROM unnest($1::text[]) AS phrase, search_text(phrase) AS words`,
      [[...unknown]],
    );
    for (const row of rows) this.readings.set(row.phrase, readingOf(row));
  }

  /** Returns the parsed phrases. @throws Error for a phrase that was not passed to `learn` */
  read(phrases: readonly string[]): Reading[] {
    return phrases.map((phrase) => {
      const reading = this.readings.get(phrase);
      if (!reading) throw new Error(`The phrase "${phrase}" was not learned`);
      return reading;
    });
  }
}

/** Returns the tsvector, in text form, of a sequence of phrases. Postgres merges repeated lexemes. */
export function vectorOf(readings: readonly Reading[]): string {
  let text = '';
  let offset = 0;
  for (const reading of readings) {
    text += reading.from[offset] ??= lexemesFrom(reading, offset);
    offset += reading.length;
  }
  return text;
}

const lexemesFrom = ({ lexemes }: Reading, offset: number) =>
  lexemes.map(([quoted, places]) => ` ${quoted}:${places.map((place) => place + offset).join(',')}`).join('');

function readingOf({ phrase, words, lexemes }: ReadingRow): Reading {
  const [last] = lexemes.find(([lexeme]) => lexeme === end)?.[1] ?? [];
  const quoted = lexemes
    .filter(([lexeme]) => lexeme !== end)
    .map(([lexeme, places]): [string, number[]] => [`'${lexeme.replace(/['\\]/g, '$&$&')}'`, places]);
  return { phrase, words, lexemes: quoted, length: (last ?? 1) - 1, from: [] };
}
