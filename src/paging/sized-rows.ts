import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Returns an SQL expression for the approximate number of bytes of an entity as JSON, or of some of its columns. The
 * length of a text is read without reading the text itself, which Postgres stores separately if it is long.
 * @param alias of the entity's table, in lowercase
 * @param fixed bytes in JSON that do not depend on the values: the names of the members, IDs, times and numbers
 */
export function sizeInBytes(
  alias: string,
  { columns }: Pick<EntityMetadata, 'columns'>,
  { only, fixed = 1024 }: { only?: readonly string[]; fixed?: number } = {},
): string {
  const sizes = columns.flatMap(({ propertyName, databaseName, type, isArray, isNullable }) => {
    if (only && !only.includes(propertyName)) return [];
    const value = `${alias}."${databaseName}"`;
    const text = type === 'jsonb' || isArray ? `CAST(${value} AS text)` : type === 'text' ? value : undefined;
    if (text === undefined) return [];
    return [isNullable ? `coalesce(octet_length(${text}), 0)` : `octet_length(${text})`];
  });
  return [fixed, ...sizes].join(' + ');
}

export interface SizedPart {
  /** The column that identifies a row within the list. */
  id: string;
  /** The order of the list, as passed to `orderBy`. */
  order: Record<string, 'ASC' | 'DESC'>;
  /** SQL expression for the number of bytes that related rows add to a row. */
  relatedBytes?: string;
  offset?: number;
  limit: number;
  /** No further row is read once the rows have this many bytes; the first row is read at any size. */
  maxBytes: number;
}

export interface SizedRows<T> {
  rows: T[];
  /** The raw columns of each row, including those that the entity does not have. */
  raw: Record<string, unknown>[];
  /** Whether the part has further rows. */
  truncated: boolean;
  /** The approximate size of the rows as JSON. */
  bytes: number;
}

interface Sums {
  sized_total?: string;
  sized_rows?: string;
}

/**
 * Reads the first rows of a part of an ordered list. The statement adds up the sizes of the rows first, from their narrow
 * columns, and then reads only the rows that fit, so that the others cost neither time nor memory.
 */
export async function readSizedRows<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  { id, order, relatedBytes, offset, limit, maxBytes }: SizedPart,
): Promise<SizedRows<T>> {
  const { alias } = list;
  const metadata = list.expressionMap.mainAlias?.metadata;
  if (!metadata) throw new Error('The list has no entity');
  const size = [sizeInBytes(alias, metadata), ...(relatedBytes ? [relatedBytes] : [])].join(' + ');
  const ordered = list.clone().orderBy(order);
  // Parentheses prevent TypeORM from adding names of its own.
  const sizes = ordered.clone().select(`(${alias}.${id})`, 'id').addSelect(size, 'bytes');
  const keys = Object.entries(order).map(([column, direction], index) => {
    sizes.addSelect(`(${column})`, `key${index}`);
    return `key${index} ${direction}`;
  });
  const sums = `SELECT id, count(*) OVER () AS rows,
      sum(bytes) OVER listed AS total, row_number() OVER listed AS number
    FROM (${sizes.offset(offset).limit(limit).getQuery()}) sizes WINDOW listed AS (ORDER BY ${keys.join(', ')})`;
  const { entities, raw } = await ordered
    .innerJoin(
      // Materialized, because Postgres may otherwise add up the sizes again for each row.
      `(WITH sums AS MATERIALIZED (${sums}) SELECT * FROM sums WHERE total <= :maxBytes OR number = 1)`,
      'sized',
      `sized.id = ${alias}.${id}`,
    )
    .setParameter('maxBytes', maxBytes)
    .addSelect('sized.total', 'sized_total')
    .addSelect('sized.rows', 'sized_rows')
    .getRawAndEntities<Record<string, unknown> & Sums>();
  const { sized_total: bytes = 0, sized_rows: found = 0 } = raw.at(-1) ?? {};
  return { rows: entities, raw, truncated: Number(found) > entities.length, bytes: Number(bytes) };
}
