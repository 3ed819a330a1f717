import type { FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { OfferFields } from '../offer-fields.js';

/** Returns an error if the two places for the length of an energy contract differ. */
export function contractErrors(given: Partial<OfferFields>, merged: OfferFields): FieldError[] {
  const { category, contract, serviceSpecificData } = merged;
  const isGiven = ['category', 'contract', 'serviceSpecificData'].some((name) => name in given);
  if (category !== 'energy' || !contract || !isGiven) return [];
  const { contractLengthMonths: months } = (serviceSpecificData ?? {}) as Record<string, unknown>;
  if (typeof months !== 'number' || typeof contract.months !== 'number' || months === contract.months)
    return [];
  const message = `must be ${months}, as in serviceSpecificData.contractLengthMonths`;
  return [fieldError(['contract', 'months'], 'conflict', message)];
}
