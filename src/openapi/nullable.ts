type Json = Record<string, unknown>;

/** Rewrites `nullable: true` (OpenAPI 3.0) to a type that admits null (3.1), everywhere below the node. */
export function admitNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(admitNull);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, isLiteral(key) ? value : admitNull(value)]),
  ) as Json;
  return nullable === true ? orNull(rest) : rest;
}

/** Values that are data, not schemas. */
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
  const shown = Object.fromEntries(
    Object.entries({ description, example, default: fallback }).filter(([, value]) => value !== undefined),
  );
  const union = allOf ?? anyOf ?? oneOf;
  if (Array.isArray(union)) return { ...shown, anyOf: [...union, { type: 'null' }] };
  if (Array.isArray(values)) return { ...shown, ...rest, type: [type, 'null'], enum: [...values, null] };
  return { ...shown, ...rest, type: [type, 'null'] };
}
