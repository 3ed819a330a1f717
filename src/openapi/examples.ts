import { bodyExamplesKey, csvExampleKey } from '../http/endpoint.js';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

/** Media types whose bodies have members. */
const exampleTypes = new Set(['application/json', 'application/x-www-form-urlencoded']);

/** Adds an example to every JSON request and response body, built from the examples of its fields. */
export function addExamples(document: Json): void {
  const schemas = ((document.components as Json).schemas ?? {}) as Schemas;
  for (const path of Object.values(document.paths as Record<string, Json>))
    for (const operation of Object.values(path) as Json[]) {
      useBodyExamples(operation);
      for (const part of [operation.requestBody, ...Object.values((operation.responses ?? {}) as Json)])
        for (const [type, media] of Object.entries(
          ((part as Json | undefined)?.content ?? {}) as Record<string, Json>,
        ))
          if (exampleTypes.has(type) && media.example === undefined && media.examples === undefined)
            media.example = exampleOf(media.schema as Json, schemas);
    }
}

/** Moves the examples that the operation declares to its body. */
function useBodyExamples(operation: Json): void {
  const { [bodyExamplesKey]: examples, [csvExampleKey]: csvExample } = operation;
  delete operation[bodyExamplesKey];
  delete operation[csvExampleKey];
  if (csvExample) {
    const { content } = operation.requestBody as { content: Record<string, Json> };
    content['text/csv'] = { schema: { type: 'string' }, examples: { rows: { value: csvExample } } };
  }
  if (!examples) return;
  const { content } = operation.requestBody as { content: Record<string, Json> };
  for (const media of Object.values(content)) media.examples = examples;
}

/** Returns the example of a schema, or builds one from the schema's parts. */
export function exampleOf(schema: Json, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  if (typeof schema.$ref === 'string')
    return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (schema.properties) {
    const properties = Object.entries(schema.properties as Schemas).filter(
      ([, property]) => !property.writeOnly,
    );
    return Object.fromEntries(properties.map(([name, property]) => [name, exampleOf(property, schemas)]));
  }
  const [first] = (schema.allOf ?? schema.anyOf ?? schema.oneOf ?? []) as Json[];
  if (first) return exampleOf(first, schemas);
  if (schema.items) return [exampleOf(schema.items as Json, schemas)];
  if (schema.default !== undefined) return schema.default;
  return [schema.type].flat().includes('null') ? null : placeholder(schema);
}

function placeholder({ type }: Json): unknown {
  if (type === 'object') return {};
  return type === 'array' ? [] : type === 'boolean' ? false : type === 'string' ? 'text' : 0;
}
