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
  const { completed, errors } = completeAddressedBody(body, address);
  try {
    const value = parse(completed);
    if (errors.length === 0) return value;
  } catch (cause) {
    if (cause instanceof ValidationFailed) errors.push(...cause.errors);
    else if (errors.length === 0) throw cause;
  }
  throw new ValidationFailed(errors);
}

/**
 * Adds the SKU or external ID of the address to the body, and returns an error if the body contains a different one.
 * @throws ValidationFailed if the SKU or external ID is empty
 */
export function completeAddressedBody(
  body: unknown,
  { field, value }: ResourceAddress,
): { completed: unknown; errors: FieldError[] } {
  if (field !== 'id' && value === '')
    throw new ValidationFailed([fieldError([field], 'required', 'must not be empty in the path')]);
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

/** Describes a PUT that creates or replaces a resource. */
export function putDescription(name: string, fields: readonly ('sku' | 'externalId')[]): string {
  const labels = { sku: 'SKU', externalId: 'external ID' };
  const keys = fields.map((field) => labels[field]).join(' or ');
  const members = fields.map((field) => `\`${field}\``).join(' or ');
  return `Creates the ${name} with the ${keys} in the path, or replaces the ${name} that has it; with an ID, only replaces. Fields that the body omits get their defaults, as in a new ${name}; the ID and the creation time stay. That ${members} can be omitted in the body; a different one is refused. A request that changes nothing leaves the version unchanged. With \`If-None-Match: *\`, an existing ${name} is not replaced. Of several requests at the same time, one creates the ${name}, and the others replace it. To change only some fields, use PATCH.`;
}
