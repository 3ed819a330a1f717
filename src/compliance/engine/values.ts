import type { Subject } from './rule-set.js';

/*
 * Reading values of an offer. Stored offers can be older than the fields, so that a value can be of any type.
 */

type Values = Readonly<Record<string, unknown>>;
/** Reads a value of the offer; undefined if it is absent. */
export type Reader = (subject: Subject) => unknown;

const nothing: Values = Object.freeze({});

/** Returns an object as it is, and an empty one for any other value. */
export const objectOf = (value: unknown): Values =>
  typeof value === 'object' && value !== null ? (value as Values) : nothing;

/** Returns a text that is not blank; undefined for any other value. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** Returns a finite number; undefined for any other value. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Returns a number as it is, and NaN, which fails every comparison, for any other value. */
export const numberOrNaN = (value: unknown): number => (typeof value === 'number' ? value : NaN);

/** Returns the objects in a list; an empty list for any other value. */
export const objectsOf = (value: unknown): readonly Values[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];

export const serviceOf = ({ offer }: Subject) => objectOf(offer.serviceSpecificData);
export const complianceOf = ({ offer }: Subject) => objectOf(offer.complianceData);

/** Shortens a long text. */
export const shortened = (text: string, max: number): string =>
  // Half a character cannot be stored.
  text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`;

/** Returns any value as a text for a message. */
export const shownText = (value: unknown): string =>
  // String() throws for an object whose member toString is not a function.
  shortened(typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value), 200);

/** Returns an amount in ten-thousandths, in which amounts of money are exact integers. */
export const exactAmount = (amount: number) => Math.round(amount * 10_000);

/** Returns an amount as a text: 59.9 as 59.90. */
export const amountText = (amount: number) => {
  const rounded = Math.round(amount * 10_000) / 10_000;
  return Number.isInteger(rounded * 100) || Math.abs(rounded * 100 - Math.round(rounded * 100)) < 1e-6
    ? rounded.toFixed(2)
    : String(rounded);
};

/** Returns a list as a text: "a, b and c". More than `max` entries are counted. */
export function listText(entries: readonly string[], max = 10): string {
  const shown =
    entries.length > max ? [...entries.slice(0, max), `${entries.length - max} more`] : [...entries];
  const last = shown.pop() ?? '';
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : last;
}

/** Returns a function that reads the value at a JSON pointer into the offer. */
export function readerOf(pointer: string): Reader {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  // The checks get it under another name, because it is stored apart.
  if (steps[0] === 'serviceArea') steps[0] = 'area';
  return ({ offer }) => {
    let value: unknown = offer;
    for (const step of steps) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Values)[step];
    }
    return value;
  };
}
