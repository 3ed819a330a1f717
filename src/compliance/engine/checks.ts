import type { Check, CheckText, Outcome, Subject } from './rule-set.js';
import { listText, numberOf, readerOf, shownText, textOf, type Reader } from './values.js';

/*
 * The blocks of which checks consist.
 */

export type CheckTest = (subject: Subject) => Outcome;
type Args = (string | number)[];

const plain = (result: Outcome['result']): Outcome => Object.freeze({ result });
const plainFail = plain('fail');
const plainMissing = plain('missing');
const plainReview = plain('needsReview');

export const pass = plain('pass');
export const notApplicable = plain('notApplicable');
export const fail = (...args: Args): Outcome => (args.length > 0 ? { result: 'fail', args } : plainFail);
export const missing = (...args: Args): Outcome =>
  args.length > 0 ? { result: 'missing', args } : plainMissing;
export const needsReview = (...args: Args): Outcome =>
  args.length > 0 ? { result: 'needsReview', args } : plainReview;

/** Returns an outcome that can change on a day. */
export const until = (outcome: Outcome, changesOn: string | undefined): Outcome =>
  changesOn === undefined ? outcome : { ...outcome, changesOn };

const isMissing = (value: unknown) =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

/** Requires a value: not null, not a blank text and not an empty list. */
export const required =
  (read: Reader): CheckTest =>
  (subject) =>
    isMissing(read(subject)) ? plainMissing : pass;

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** Requires a text that matches. The message gets the text. */
export const pattern =
  (read: Reader, regex: RegExp): CheckTest =>
  (subject) => {
    const value = read(subject);
    if (isMissing(value)) return plainMissing;
    return isScalar(value) && regex.test(String(value)) ? pass : fail(shownText(value));
  };

/** Requires one of a few values. The message gets the value, and the list of values. */
export const oneOfValues =
  (read: Reader, values: readonly (string | number | boolean)[]): CheckTest =>
  (subject) => {
    const value = read(subject);
    if (isMissing(value)) return plainMissing;
    return values.includes(value as string) ? pass : fail(shownText(value), listText(values.map(String), 30));
  };

/** Requires a number from `min` to `max`. The message gets the value. */
export const range =
  (read: Reader, min: number, max = Infinity): CheckTest =>
  (subject) => {
    const value = read(subject);
    if (isMissing(value)) return plainMissing;
    const number = numberOf(value);
    return number !== undefined && number >= min && number <= max ? pass : fail(shownText(value));
  };

const https = /^https:\/\/[^\s/\\]+/i;

export const isHttps = (value: unknown) => typeof value === 'string' && https.test(value);

/** Requires an absolute https URL. The message gets the URL. */
export const httpsUrl =
  (read: Reader): CheckTest =>
  (subject) => {
    const value = read(subject);
    if (isMissing(value)) return plainMissing;
    return isHttps(value) ? pass : fail(shownText(value));
  };

/** Applies a test only under a condition. */
export const when =
  (condition: (subject: Subject) => boolean, test: CheckTest): CheckTest =>
  (subject) =>
    condition(subject) ? test(subject) : notApplicable;

/** Applies a test only if there is a value; for formats of values that another check requires. */
export const ifGiven =
  (read: Reader, test: CheckTest): CheckTest =>
  (subject) =>
    isMissing(read(subject)) ? notApplicable : test(subject);

/** Applies a test that finds a value to be missing, but does not require it. */
export const optional =
  (test: CheckTest): CheckTest =>
  (subject) => {
    const outcome = test(subject);
    return outcome.result === 'missing' ? notApplicable : outcome;
  };

/** Requires several values together. The message gets the names of those that are missing. */
export const allRequired =
  (readers: Readonly<Record<string, Reader>>): CheckTest =>
  (subject) => {
    let names: string[] | undefined;
    for (const name in readers) if (isMissing(readers[name]?.(subject))) (names ??= []).push(name);
    return names ? missing(listText(names)) : pass;
  };

/** Returns whether one of the texts that customers see contains another. */
export const isShown = (texts: readonly unknown[], wanted: string): boolean => {
  const lower = wanted.toLowerCase();
  return texts.some((text) => textOf(text)?.toLowerCase().includes(lower) ?? false);
};

/** Returns the pattern of a number, whose parts can be apart in texts, and which must not be a part of a longer one. */
function patternOf(number: string): RegExp | undefined {
  const characters = number.match(/[\p{L}\p{N}]/gu);
  if (!characters) return undefined;
  const edge = (character = '') => (/\p{N}/u.test(character) ? '\\p{N}' : '\\p{L}');
  return new RegExp(
    `(?<!${edge(characters[0])})${characters.join('[\\s.-]*')}(?!${edge(characters.at(-1))})`,
    'iu',
  );
}

/** Returns whether one of the texts that customers see contains the number of a license. */
export function isNumberShown(texts: readonly unknown[], number: string): boolean {
  const shown = patternOf(number);
  if (!shown) return isShown(texts, number);
  return texts.some((text) => shown.test(textOf(text) ?? ''));
}

/** A check that cites the rule of its list, unless it has a citation of its own. */
export interface CheckDraft extends Omit<CheckText, 'citation'> {
  citation?: string;
  check: CheckTest;
}

/** Completes checks that cite the same rule. */
export const checksOf = (citation: string, checks: readonly CheckDraft[]): readonly Check[] =>
  checks.map((check) => ({ citation, ...check }));

/** Returns a check, without its code, that there is an https link to a document. */
export const linkTo = (pointer: string, what: string) => ({
  severity: 'error' as const,
  title: `There is a link to ${what}.`,
  pointer,
  messages: {
    missing: `The address of ${what} is missing.`,
    fail: `The address of ${what} is {0}, which is not an absolute https URL.`,
  },
  check: httpsUrl(readerOf(pointer)),
});
