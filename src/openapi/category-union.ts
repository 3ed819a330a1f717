import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { categories, categoryNames, type CategoryName } from '../offers/categories/all-categories.js';
import type { DtoClass } from '../validation/rules.js';

type Schema = Record<string, unknown>;

const orNull = (type: DtoClass): Schema => ({ anyOf: [{ $ref: getSchemaPath(type) }, { type: 'null' }] });

const schemaName = (name: CategoryName) => `${name[0]?.toUpperCase()}${name.slice(1)}Category`;

/**
 * Builds a schema for each category, with the types of its two data objects. Offers without a category share the
 * schema of "other": a member that can only be null vanishes from the types that openapi-fetch derives, and a variant
 * without `category` would stop the others from being told apart.
 */
function variants(): Record<string, Schema> {
  const named = categoryNames.map((name) => {
    const { service, compliance } = categories[name];
    const isNone = name === 'other';
    const properties = {
      category: isNone ? { enum: [name, null] } : { const: name },
      serviceSpecificData: orNull(service),
      complianceData: orNull(compliance),
    };
    const rest = isNone ? noDataWithoutCategory : { required: ['category'] };
    return [
      schemaName(name),
      { title: `${name[0]?.toUpperCase()}${name.slice(1)} offer`, type: 'object', properties, ...rest },
    ] as const;
  });
  return Object.fromEntries(named);
}

const isNull = { type: 'null' };
const noDataWithoutCategory = {
  description:
    'Data of an offer in the category "other" or without a category. Without one, there is no data.',
  if: { required: ['category'], properties: { category: { const: 'other' } } },
  else: { properties: { serviceSpecificData: isNull, complianceData: isNull } },
};

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
