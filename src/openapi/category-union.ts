import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { categories, categoryNames, type CategoryName } from '../offers/categories/all-categories.js';
import type { DtoClass } from '../validation/rules.js';

type Schema = Record<string, unknown>;

const orNull = (type: DtoClass): Schema => ({ anyOf: [{ $ref: getSchemaPath(type) }, { type: 'null' }] });

const schemaName = (name: CategoryName) => `${name[0]?.toUpperCase()}${name.slice(1)}Category`;

/**
 * Builds a schema for each category, with the types of its two data objects,
 * and one for offers without a category.
 */
function variants(): Record<string, Schema> {
  const named = categoryNames.map((name) => {
    const { service, compliance } = categories[name];
    const properties = {
      category: { const: name },
      serviceSpecificData: orNull(service),
      complianceData: orNull(compliance),
    };
    return [schemaName(name), { type: 'object', required: ['category'], properties }] as const;
  });
  const isNull = { type: 'null' };
  const properties = { category: isNull, serviceSpecificData: isNull, complianceData: isNull };
  return { ...Object.fromEntries(named), NoCategory: { type: 'object', properties } };
}

/**
 * Adds the union of the variants to the schemas of complete offers.
 * Exactly one variant applies to each offer.
 */
export function addCategoryUnion(schemas: Record<string, Schema>, offers: readonly string[]): void {
  const union = variants();
  Object.assign(schemas, union);
  const oneOf = Object.keys(union).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  for (const name of offers) Object.assign(schemas[name] ?? {}, { oneOf });
}

/** Allows members in category data that its schema does not define. */
export function allowUnknownCategoryData(schemas: Record<string, Schema>): void {
  for (const { service, compliance } of Object.values(categories))
    for (const type of [service, compliance])
      Object.assign(schemas[type.name] ?? {}, { additionalProperties: true });
}

export const categoryModels = Object.values(categories).flatMap(({ service, compliance }) => [
  service,
  compliance,
]);
