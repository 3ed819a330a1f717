import type { FieldError } from '../../common/errors.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import { fitsCurrency } from '../../money/money.js';
import { visitMoney } from '../../money/visit-money.js';
import { isObject } from '../../validation/checks.js';
import { categories } from '../categories/all-categories.js';
import { OfferFields } from '../offer-fields.js';

/*
 * All money in an offer is in its currency: that in the fields of every offer, and that in the data of its category.
 */

const dataMembers = { serviceSpecificData: 'service', complianceData: 'compliance' } as const;
type DataMember = keyof typeof dataMembers;
const dataNames = Object.keys(dataMembers) as DataMember[];

/** Returns an error for each amount outside of the category data with more decimal places than the currency has. */
export function decimalErrors(given: Partial<OfferFields>, currency: string): FieldError[] {
  const errors: FieldError[] = [];
  visitMoney(OfferFields, given, (amount, path) => {
    if (!fitsCurrency(amount, currency)) errors.push(tooManyDecimals(path, currency));
  });
  return errors;
}

/**
 * Returns the same for the category data. If neither the currency nor the category has changed, amounts that were already
 * stored in the base are not checked. Prices per unit have a precision of their own.
 */
export function dataDecimalErrors(merged: OfferFields, base: OfferFields): FieldError[] {
  const { currency, category } = merged;
  if (category === null) return [];
  const isComparable = currency === base.currency && category === base.category;
  const errors: FieldError[] = [];
  for (const name of dataNames) {
    if (isComparable && merged[name] === base[name]) continue;
    const type = categories[category][dataMembers[name]];
    const visit = (amount: number, path: readonly PathStep[], kind: string) => {
      if (kind !== 'amount' || fitsCurrency(amount, currency)) return;
      if (!isComparable || valueAt(base, path) !== amount) errors.push(tooManyDecimals(path, currency));
    };
    visitMoney(type, merged[name], visit, [name]);
  }
  return errors;
}

const tooManyDecimals = (path: readonly PathStep[], currency: string) =>
  fieldError(path, 'decimals', `has more decimal places than ${currency} allows`);

const valueAt = (object: unknown, path: readonly PathStep[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PathStep, unknown>)[step]
        : undefined,
    object,
  );

/**
 * Returns an error for everything with money that a patch to another currency does not contain, because the amounts would
 * silently mean something else.
 */
export function missingAmounts(patch: object, current: OfferFields, currency: string): FieldError[] {
  const given = patch as Record<string, unknown>;
  const errors = new Map<string, FieldError>();
  const report = (path: readonly PathStep[], advice = '') => {
    const message = `must be sent with the new currency ${currency}, because amounts are not converted`;
    const error = fieldError(path, 'required', message + advice);
    errors.set(error.field, error);
  };
  visitMoney(OfferFields, current, (_, path) => {
    const [name = '', member = ''] = path;
    const value = given[name];
    if (!Object.hasOwn(given, name)) report([name], '; null clears it');
    // Fees are replaced as a whole.
    else if (name !== 'fees' && isObject(value) && !Object.hasOwn(value, member)) report([name, member]);
  });
  for (const name of dataNames)
    if (current.category !== null && !Object.hasOwn(given, name))
      visitMoney(
        categories[current.category][dataMembers[name]],
        current[name],
        (_, path) => report(path, `; send ${name} with all of its amounts, or null`),
        [name],
      );
  return [...errors.values()];
}
