import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { ApiParam } from '../lazy-swagger/decorators.js';
import { isObject } from './checks.js';
import { normalizeName } from './identifiers.js';

/** The last part of a path: the ID of a resource, or the value of a field with which its team finds it. */
export interface ResourceAddress {
  field: 'id' | 'sku' | 'externalId';
  value: string;
}

const prefixes = [
  ['sku:', 'sku'],
  ['ext:', 'externalId'],
] as const;

/** Reads the last part of a path, after URL decoding. SKUs and external IDs get the form in which they are stored. */
export function parseAddress(text: string): ResourceAddress {
  for (const [prefix, field] of prefixes)
    if (text.startsWith(prefix)) return { field, value: normalizeName(text.slice(prefix.length)) };
  return { field: 'id', value: text };
}

/**
 * Reads a body that is sent to an address. The SKU or external ID of the address is added to the body, which must not
 * contain a different one.
 * @throws ValidationFailed listing also the errors that `parse` throws
 */
export function parseAddressedBody<T>(
  body: unknown,
  address: ResourceAddress,
  parse: (body: unknown) => T,
): T {
  const { completed, errors } = completeBody(body, address);
  try {
    const value = parse(completed);
    if (errors.length === 0) return value;
  } catch (cause) {
    if (cause instanceof ValidationFailed) errors.push(...cause.errors);
    else if (errors.length === 0) throw cause;
  }
  throw new ValidationFailed(errors);
}

function completeBody(
  body: unknown,
  { field, value }: ResourceAddress,
): { completed: unknown; errors: FieldError[] } {
  if (field === 'id' || !isObject(body)) return { completed: body, errors: [] };
  const { [field]: given } = body as Record<string, unknown>;
  const fits = given === undefined || (typeof given === 'string' && normalizeName(given) === value);
  return {
    completed: { ...body, [field]: value },
    errors: fits ? [] : [fieldError([field], 'conflict', 'must be the same as in the path, or omitted')],
  };
}

/** Describes the path parameter of a resource with an address. */
export const AddressParam = (
  name: string,
  { fields, example }: { fields: readonly ResourceAddress['field'][]; example?: string },
): MethodDecorator => {
  const alternatives = [
    ...(fields.includes('sku') ? ['`sku:` followed by its SKU'] : []),
    '`ext:` followed by its external ID',
  ];
  return ApiParam({
    name,
    schema: { type: 'string' },
    description: `ID, or ${alternatives.join(', or ')}; URL-encoded, so that \`A/1\` becomes \`A%2F1\`.`,
    ...(example ? { example } : {}),
  });
};
