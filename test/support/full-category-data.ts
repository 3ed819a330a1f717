import { categories, type CategoryName } from '../../src/offers/categories/all-categories.js';
import { exampleOf } from '../../src/openapi/examples.js';
import { OpenApiCheck } from './openapi-check.js';

type Json = Record<string, unknown>;

/** Returns data of a category with every field that its schemas define, from the examples in the OpenAPI document. */
export function fullCategoryData(name: CategoryName) {
  const { schemas } = new OpenApiCheck().document.components as { schemas: Record<string, Json> };
  const { service, compliance } = categories[name];
  const dataOf = (type: { name: string }) =>
    withNumbers(exampleOf(schemas[type.name] ?? {}, schemas)) as Json;
  return { serviceSpecificData: dataOf(service), complianceData: dataOf(compliance) };
}

/** Replaces null, which is the example of data caps. */
const withNumbers = (example: unknown): unknown =>
  JSON.parse(JSON.stringify(example), (_, value: unknown) => value ?? 5);

/** Returns the scalars, and the lists of scalars, in a value by their paths. */
export function leavesOf(value: unknown, path = ''): [path: string, value: unknown][] {
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object'))
    return value.flatMap((entry, index) => leavesOf(entry, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === '' ? name : `${path}.${name}`),
  );
}
