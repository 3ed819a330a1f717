import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { isObject } from '../../validation/checks.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import { maxParts } from './parts/part-kind.js';

/** The ids that the relationships of a create name. */
export interface LinkedIds {
  products: string[];
  plans: string[];
}

type Json = Record<string, unknown>;

/**
 * Reads `products` and `plans`, whose `data` is one `{type, id}`, a list of them, or null; other names are ignored.
 * @throws ValidationFailed naming every entry that is neither
 */
export function readLinks(relationships: object = {}): LinkedIds {
  const errors: FieldError[] = [];
  const given = relationships as Json;
  const read = (name: 'products' | 'plans', type: string) => {
    if (!Object.hasOwn(given, name)) return [];
    return readOne(given[name], type, ['data', 'relationships', name], errors);
  };
  const linked = {
    products: read('products', 'subscription_product'),
    plans: read('plans', 'subscription_plan'),
  };
  if (errors.length > 0) throw new ValidationFailed(errors);
  return linked;
}

function readOne(relationship: unknown, type: string, at: PathStep[], errors: FieldError[]): string[] {
  if (!isObject(relationship)) {
    errors.push(fieldError(at, 'type', 'must be an object'));
    return [];
  }
  const { data } = relationship as Json;
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) return readLinkage(data, type, [...at, 'data'], errors);
  if (data.length > maxParts)
    errors.push(fieldError([...at, 'data'], 'length', `must hold at most ${maxParts} entries`));
  return data
    .slice(0, maxParts)
    .flatMap((entry, index) => readLinkage(entry, type, [...at, 'data', index], errors));
}

function readLinkage(linkage: unknown, type: string, at: PathStep[], errors: FieldError[]): string[] {
  const { type: given, id } = (isObject(linkage) ? linkage : {}) as Json;
  if (given === type && typeof id === 'string') return [id];
  errors.push(fieldError(at, 'type', `must be an object with the type ${type} and an id`));
  return [];
}
