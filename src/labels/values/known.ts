import { isWebUrl } from '../../validation/checks.js';

/*
 * Read values from data that was perhaps stored under other rules, or that no schema defines. A value of another type is
 * unknown.
 */

/** An object whose members can have any type. */
export type LooseData = Readonly<Record<string, unknown>>;

export const looseData = (value: unknown): LooseData =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as LooseData) : {};

export const knownText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

export const knownNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Returns an amount, a speed or the like, which is not negative. */
export function knownAmount(value: unknown): number | null {
  const number = knownNumber(value);
  return number !== null && number >= 0 ? number : null;
}

export const knownFlag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** Returns an http or https URL, so that a label links to nothing else. */
export const knownUrl = (value: unknown): string | null =>
  typeof value === 'string' && isWebUrl(value) ? value : null;
