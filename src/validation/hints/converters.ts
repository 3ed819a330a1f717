import { closestWord } from '../../common/edit-distance.js';

/*
 * Converters for hints: they read values as people write them. Each returns undefined if a text can mean several things.
 */

const maxTextLength = 300;
const numberPattern = /(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*\+?\s*([a-z%/]*)/g;

/**
 * Reads the only number in a text, in the unit that follows it: `numberIn({ mbps: 1, gbps: 1000 })` reads "1 Gbps" as 1000.
 * @param words values of texts without a number: `{ unlimited: null }`
 * @param units factors of units; with `strict`, a number with any other unit is not read
 */
export const numberIn =
  (
    units: Readonly<Record<string, number>>,
    { words = {}, strict = false }: { words?: Readonly<Record<string, unknown>>; strict?: boolean } = {},
  ) =>
  (given: unknown): unknown => {
    if (typeof given === 'number') return given;
    if (typeof given !== 'string' || given.length > maxTextLength) return undefined;
    const text = given.trim().toLowerCase();
    if (/(^|\s)-[\d.]/.test(text)) return undefined; // no field takes negative numbers
    const numbers = [...text.matchAll(numberPattern)];
    if (numbers.length === 0) return Object.entries(words).find(([word]) => text.includes(word))?.[1];
    const [[, digits = '', unit = ''] = []] = numbers;
    const factor = units[unit] ?? (strict && unit !== '' ? undefined : 1);
    if (numbers.length > 1 || factor === undefined) return undefined;
    // Without the errors of binary fractions.
    return Number((Number(digits.replaceAll(',', '')) * factor).toPrecision(12));
  };

export const dollars = numberIn({ k: 1_000, thousand: 1_000, m: 1_000_000, million: 1_000_000 });

export const months = numberIn(
  { month: 1, months: 1, mo: 1, mos: 1, year: 12, years: 12, yr: 12, yrs: 12 },
  { words: { 'no contract': 0, none: 0, 'month-to-month': 0, 'month to month': 0 }, strict: true },
);

export const percent = numberIn({});

/** Reads a whole number of things: "250+ channels". */
export const count = numberIn({});

/**
 * Reads one of `values`, whose words the text contains: "Professional 24/7 monitoring" is `professional_monitoring`.
 * @param synonyms values by other words for them
 */
export const choiceOf = (values: readonly string[], synonyms: Readonly<Record<string, string>> = {}) => {
  const phrases = [...values.map((value) => [value, value] as const), ...Object.entries(synonyms)].map(
    ([phrase, value]) => ({ words: wordsOf(phrase), value }),
  );
  return (given: unknown): string | undefined => {
    if (typeof given !== 'string' || given.length > maxTextLength) return undefined;
    const words = wordsOf(given);
    const matching = phrases.filter((phrase) => phrase.words.every((word) => words.includes(word)));
    const found = new Set(matching.map(({ value }) => value));
    if (found.size > 0) return found.size === 1 ? [...found][0] : undefined;
    return given.length > 3 ? closestWord(words.join('_'), values) : undefined;
  };
};

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const denial = /^(no|none|not|n\/a|false|without|0)\b/i;

/** Reads whether something is there from a description of it: "500 hours, 6 tuners" is true, "Not included" is false. */
export function isIncluded(given: unknown): boolean | undefined {
  if (typeof given === 'number') return given > 0;
  if (typeof given !== 'string' || given.trim() === '') return undefined;
  return !denial.test(given.trim());
}

/** Joins a list of texts. */
export const joined = (given: unknown): string | undefined =>
  Array.isArray(given) && given.every((entry) => typeof entry === 'string') ? given.join(', ') : undefined;
