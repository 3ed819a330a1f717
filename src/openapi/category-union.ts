import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { categories, categoryNames, type CategoryName } from '../offers/categories/all-categories.js';
import type { DtoClass } from '../validation/rules.js';

type Schema = Record<string, unknown>;

const orNull = (type: DtoClass): Schema => ({ anyOf: [{ $ref: getSchemaPath(type) }, { type: 'null' }] });

const schemaName = (name: CategoryName) => `${name[0]?.toUpperCase()}${name.slice(1)}Category`;

/** A schema for each category, with the shape of its two data objects, and one for offers without a category. */
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

/** Adds the union to the schemas of whole offers: exactly one of the variants applies. */
export function addCategoryUnion(schemas: Record<string, Schema>, offers: readonly string[]): void {
  const union = variants();
  Object.assign(schemas, union);
  const oneOf = Object.keys(union).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  for (const name of offers) Object.assign(schemas[name] ?? {}, { oneOf });
}

/** Category data may have members that its schema does not define. */
export function allowUnknownCategoryData(schemas: Record<string, Schema>): void {
  for (const { service, compliance } of Object.values(categories))
    for (const type of [service, compliance])
      Object.assign(schemas[type.name] ?? {}, { additionalProperties: true });
}

export const categoryModels = Object.values(categories).flatMap(({ service, compliance }) => [
  service,
  compliance,
]);
