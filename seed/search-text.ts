import type { Client } from 'pg';

/** What Postgres makes of a phrase. */
export interface Reading {
  phrase: string;
  lower: string;
  /** Lexemes as tsvector text, quoted, each with its places in the phrase. */
  lexemes: [quoted: string, places: number[]][];
  /** Places that the phrase takes, with those of words that are not indexed. */
  length: number;
  /** The lexemes as tsvector text by the places that stand before the phrase. */
  from: (string | undefined)[];
  /** Categories in which an active offer has it. */
  activeIn: Set<string>;
}

interface ReadingRow {
  phrase: string;
  lower: string;
  lexemes: [string, number[]][];
}

/** Stands behind a phrase to tell where it ends; no other text holds it. */
const end = 'zqendqz';

/**
 * Works out the search columns of offers whose texts are put together from phrases. Postgres reads each phrase once,
 * rather than the texts of a million offers; the vectors of the phrases, one after the other, are that of the text.
 */
export class SearchTexts {
  private readonly readings = new Map<string, Reading>();

  /** @param client a connection for look-ups alone */
  constructor(private readonly client: Client) {}

  /** Phrases of active offers with the categories; the words of others must not come out, not even by a typo. */
  get activePhrases(): { phrase: string; category: string }[] {
    return [...this.readings.values()].flatMap(({ phrase, activeIn }) =>
      [...activeIn].map((category) => ({ phrase, category })),
    );
  }

  /** Has Postgres read the phrases that are new. */
  async learn(texts: readonly (readonly string[])[]): Promise<void> {
    const unknown = new Set<string>();
    for (const phrases of texts)
      for (const phrase of phrases) if (!this.readings.has(phrase)) unknown.add(phrase);
    if (unknown.size === 0) return;
    const { rows } = await this.client.query<ReadingRow>(
      `SELECT phrase, lower(phrase) AS lower, (SELECT json_agg(json_build_array(lexeme, positions))
           FROM unnest(to_tsvector('english', unaccent(phrase) || ' ${end}'))) AS lexemes
         FROM unnest($1::text[]) AS phrase`,
      [[...unknown]],
    );
    for (const row of rows) this.readings.set(row.phrase, readingOf(row));
  }

  /** @throws Error for a phrase that was not learned */
  read(phrases: readonly string[]): Reading[] {
    return phrases.map((phrase) => {
      const reading = this.readings.get(phrase);
      if (!reading) throw new Error(`The phrase "${phrase}" was not learned`);
      return reading;
    });
  }
}

/** The tsvector, in text form, of phrases one after the other. Postgres merges a lexeme that comes twice. */
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

function readingOf({ phrase, lower, lexemes }: ReadingRow): Reading {
  const [last] = lexemes.find(([lexeme]) => lexeme === end)?.[1] ?? [];
  const quoted = lexemes
    .filter(([lexeme]) => lexeme !== end)
    .map(([lexeme, places]): [string, number[]] => [`'${lexeme.replace(/['\\]/g, '$&$&')}'`, places]);
  return { phrase, lower, lexemes: quoted, length: (last ?? 1) - 1, from: [], activeIn: new Set() };
}
