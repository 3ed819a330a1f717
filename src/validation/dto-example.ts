import type { ApiPropertyOptions } from '@nestjs/swagger';
import { declaredSchema } from './field.js';
import { fieldRules, type DtoClass } from './rules.js';

/**
 * Builds an example of a DTO from the examples of its fields, as the OpenAPI document does. Fields need not have one if
 * they are nullable or contain another DTO.
 */
export function exampleOfDto(type: DtoClass): Record<string, unknown> {
  const members = [...fieldRules(type).values()].map(({ name, nested }) => {
    const schema = (declaredSchema(type, name) ?? {}) as ApiPropertyOptions & { type?: unknown };
    if (schema.example !== undefined) return [name, schema.example] as const;
    if (!nested) return [name, null] as const;
    const inner = exampleOfDto(nested.type());
    return [name, schema.type === 'array' || Array.isArray(schema.type) ? [inner] : inner] as const;
  });
  return Object.fromEntries(members);
}
