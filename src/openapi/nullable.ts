type Json = Record<string, unknown>;

/**
 * Replaces `nullable: true` (OpenAPI 3.0) with types that include null (3.1),
 * in the node and its descendants.
 */
export function convertNullable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(convertNullable);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, isLiteral(key) ? value : convertNullable(value)]),
  ) as Json;
  return nullable === true ? orNull(rest) : rest;
}

/** Returns whether the values of a key are data rather than schemas. */
const isLiteral = (key: string) =>
  key === 'example' || key === 'examples' || key === 'default' || key === 'enum';

function orNull(schema: Json): Json {
  const {
    type,
    enum: values,
    allOf,
    anyOf,
    oneOf,
    description,
    example,
    default: fallback,
    ...rest
  } = schema;
  const annotations = Object.fromEntries(
    Object.entries({ description, example, default: fallback }).filter(([, value]) => value !== undefined),
  );
  const union = allOf ?? anyOf ?? oneOf;
  if (Array.isArray(union)) return { ...annotations, anyOf: [...union, { type: 'null' }] };
  if (Array.isArray(values))
    return { ...annotations, ...rest, type: [type, 'null'], enum: [...values, null] };
  return { ...annotations, ...rest, type: [type, 'null'] };
}
