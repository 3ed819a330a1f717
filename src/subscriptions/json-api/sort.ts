import { field, rule } from '../../validation/field.js';

/**
 * Declares the `sort` parameter of a list: the name of an attribute, or `-` and the name for descending order.
 * @param names the attributes by which the list can be sorted
 */
export function SortField(names: readonly string[]) {
  const values = names.flatMap((name) => [name, `-${name}`]);
  return field(
    { type: 'string', enum: values },
    {
      description:
        'Attribute by which the list is sorted; `-` selects descending order. Resources without the attribute count as the largest. By default, the oldest resource is first.',
      optional: true,
      example: '-created_at',
    },
    rule({ code: 'enum' }, `must be one of ${values.join(', ')}`, (value) =>
      values.includes(value as string),
    ),
  );
}

/** The attributes by which all resources can be sorted. */
export const commonSortNames = ['name', 'external_ref', 'created_at', 'updated_at'] as const;

/** Names are compared without regard to case; other texts by their characters. */
const expressions: Record<string, (alias: string) => string> = {
  name: (alias) => `lower(${alias}.name) COLLATE "C"`,
  external_ref: (alias) => `${alias}.externalRef COLLATE "C"`,
  sku: (alias) => `${alias}.sku COLLATE "C"`,
  created_at: (alias) => `${alias}.createdAt`,
  updated_at: (alias) => `${alias}.updatedAt`,
};

/**
 * Returns the order of a list for findPage(); undefined for the default order. Equal resources are sorted by ID.
 * @param alias of the list's entity
 */
export function sortOrder(
  alias: string,
  sort: string | undefined,
): Record<string, 'ASC' | 'DESC'> | undefined {
  if (sort === undefined) return undefined;
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const expression = expressions[sort.replace('-', '')]?.(alias);
  return expression === undefined ? undefined : { [expression]: direction, [`${alias}.id`]: direction };
}
