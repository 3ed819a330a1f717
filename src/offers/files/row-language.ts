/*
 * A file of the Texas marketplace lists plans in two languages, each row in one of them.
 */

export const languages = ['English', 'Spanish'] as const;

export type Language = (typeof languages)[number];

const spellings: Readonly<Record<string, Language>> = {
  english: 'English',
  eng: 'English',
  en: 'English',
  inglés: 'English',
  ingles: 'English',
  spanish: 'Spanish',
  spa: 'Spanish',
  es: 'Spanish',
  esp: 'Spanish',
  español: 'Spanish',
  espanol: 'Spanish',
};

/** Reads a language in its usual spellings, in any case; undefined if it is another one. */
export function parseLanguage(text: unknown): Language | undefined {
  if (typeof text !== 'string') return undefined;
  const word = text.trim().normalize('NFC').toLowerCase();
  return Object.hasOwn(spellings, word) ? spellings[word] : undefined;
}
