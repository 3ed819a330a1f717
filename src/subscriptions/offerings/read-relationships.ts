import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import { isObject } from '../../validation/checks.js';
import { maxSnapshots } from './snapshots/snapshot-kind.js';

/** The IDs in the relationships of a create request. */
export interface RelationshipIds {
  products: string[];
  plans: string[];
}

type Json = Record<string, unknown>;

/**
 * Reads the relationships `products` and `plans`. Their `data` is one `{type, id}` object, an array of such
 * objects, or null. Other relationships are ignored. Does not check whether the resources exist.
 * @throws ValidationFailed listing every malformed entry
 */
export function readRelationships(relationships: object = {}): RelationshipIds {
  const errors: FieldError[] = [];
  const read = (name: 'products' | 'plans', type: string) => {
    if (!Object.hasOwn(relationships, name)) return [];
    return readRelationship((relationships as Json)[name], type, ['data', 'relationships', name], errors);
  };
  const ids = {
    products: read('products', 'subscription_product'),
    plans: read('plans', 'subscription_plan'),
  };
  if (errors.length > 0) throw new ValidationFailed(errors);
  return ids;
}

function readRelationship(
  relationship: unknown,
  type: string,
  path: PathStep[],
  errors: FieldError[],
): string[] {
  if (!isObject(relationship)) {
    errors.push(fieldError(path, 'type', 'must be an object'));
    return [];
  }
  const { data } = relationship as Json;
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) return readLinkage(data, type, [...path, 'data'], errors);
  if (data.length > maxSnapshots)
    errors.push(fieldError([...path, 'data'], 'length', `must contain at most ${maxSnapshots} entries`));
  return data
    .slice(0, maxSnapshots)
    .flatMap((entry, index) => readLinkage(entry, type, [...path, 'data', index], errors));
}

function readLinkage(
  linkage: unknown,
  expectedType: string,
  path: PathStep[],
  errors: FieldError[],
): string[] {
  const { type, id } = (isObject(linkage) ? linkage : {}) as Json;
  if (type === expectedType && typeof id === 'string') return [id];
  errors.push(fieldError(path, 'type', `must be an object with the type ${expectedType} and an ID`));
  return [];
}
