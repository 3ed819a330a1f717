import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Bytes in JSON that do not depend on the values: the names of the members, IDs, times and numbers. */
const fixedBytes = 1024;

/**
 * Returns an SQL expression for the approximate number of bytes of an entity as JSON. The length of a text is read
 * without reading the text itself, which Postgres stores separately if it is long.
 */
export function sizeInBytes(alias: string, { columns }: Pick<EntityMetadata, 'columns'>): string {
  const sizes = columns.flatMap(({ propertyPath, type, isArray, isNullable }) => {
    const value = `${alias}.${propertyPath}`;
    const text = type === 'jsonb' || isArray ? `CAST(${value} AS text)` : type === 'text' ? value : undefined;
    if (text === undefined) return [];
    return [isNullable ? `coalesce(octet_length(${text}), 0)` : `octet_length(${text})`];
  });
  return [fixedBytes, ...sizes].join(' + ');
}

interface RowLimits {
  /** The column that identifies a row within the list. */
  id: string;
  /** The order of the list, as passed to `orderBy`. */
  order: Record<string, 'ASC' | 'DESC'>;
  /** SQL expression for the number of bytes that related rows add to a row. */
  relatedBytes?: string;
  limit: number;
  /** No further row is read once the rows have this many bytes. */
  maxBytes: number;
}

/**
 * Reads the first rows of an ordered list. The statement adds up the sizes of the rows first, from their narrow columns,
 * and then reads only the rows that fit, so that the others cost neither time nor memory. It reads one row beyond the
 * limit, which shows that there are further rows, and at least two, because the first one is returned at any size.
 * @returns the rows, and their raw columns for those that are not columns of the entity
 */
export async function readSizedRows<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  { id, order, relatedBytes, limit, maxBytes }: RowLimits,
): Promise<{ rows: T[]; raw: Record<string, unknown>[]; truncated: boolean }> {
  const { alias } = list;
  const metadata = list.expressionMap.mainAlias?.metadata;
  if (!metadata) throw new Error('The list has no entity');
  const size = [sizeInBytes(alias, metadata), ...(relatedBytes ? [relatedBytes] : [])].join(' + ');
  const sizes = list.clone().select(`${alias}.${id}`, 'id').addSelect(size, 'bytes').limit(limit);
  const keys = Object.entries(order).map(([column, direction], index) => {
    sizes.addSelect(column, `key${index}`);
    return `key${index} ${direction}`;
  });
  const { entities, raw } = await list
    .clone()
    .andWhere(
      `${alias}.${id} IN (SELECT id FROM (
        SELECT id, bytes, sum(bytes) OVER listed AS total, row_number() OVER listed AS number
          FROM (${sizes.getQuery()}) sizes WINDOW listed AS (ORDER BY ${keys.join(', ')})) sums
        WHERE total - bytes <= :maxBytes OR number <= 2)`,
      { maxBytes },
    )
    .addSelect(size, 'bytes')
    .getRawAndEntities<Record<string, unknown>>();
  let total = 0;
  const end = raw.findIndex(({ bytes }, index) => (total += Number(bytes)) > maxBytes && index > 0);
  return { rows: end < 0 ? entities : entities.slice(0, end), raw, truncated: end >= 0 };
}
