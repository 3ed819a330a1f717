import { declaredSchema } from '../../validation/field.js';
import { fieldRules, type DtoClass } from '../../validation/rules.js';

/**
 * Builds an example of a DTO from the examples of its fields, as the OpenAPI document does. Fields without one must be
 * nullable, or contain another DTO.
 */
export function exampleOfDto(type: DtoClass): Record<string, unknown> {
  const members = [...fieldRules(type).values()].map(({ name, nested }): [string, unknown] => {
    const schema = declaredSchema(type, name) ?? {};
    if ('example' in schema) return [name, schema.example];
    if (!nested) return [name, null];
    const inner = exampleOfDto(nested.type());
    return [name, 'maxItems' in schema ? [inner] : inner];
  });
  return Object.fromEntries(members);
}
