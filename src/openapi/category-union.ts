import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { categories, categoryNames, type CategoryName } from '../offers/categories/all-categories.js';
import type { DtoClass } from '../validation/rules.js';

type Schema = Record<string, unknown>;

const orNull = (type: DtoClass): Schema => ({ anyOf: [{ $ref: getSchemaPath(type) }, { type: 'null' }] });

const schemaName = (name: CategoryName) => `${name[0]?.toUpperCase()}${name.slice(1)}Category`;

/** One named schema a category, which ties the category to the shape of both data objects; and one for none. */
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
  const nothing = { type: 'null' };
  const none = { category: nothing, serviceSpecificData: nothing, complianceData: nothing };
  return { ...Object.fromEntries(named), NoCategory: { type: 'object', properties: none } };
}

/** Adds the union to every schema of a whole offer: exactly one category holds. */
export function addCategoryUnion(schemas: Record<string, Schema>, offers: readonly string[]): void {
  const union = variants();
  Object.assign(schemas, union);
  const oneOf = Object.keys(union).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  for (const name of offers) Object.assign(schemas[name] ?? {}, { oneOf });
}

/** Category data keeps what its schema does not name. */
export function openCategoryData(schemas: Record<string, Schema>): void {
  for (const { service, compliance } of Object.values(categories))
    for (const type of [service, compliance])
      Object.assign(schemas[type.name] ?? {}, { additionalProperties: true });
}

export const categoryModels = Object.values(categories).flatMap(({ service, compliance }) => [
  service,
  compliance,
]);
