import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { parseFilter } from './filter.js';

/**
 * Restricts the query to rows with this `external_ref`. The unique index contains its MD5 hash, because a
 * reference may be longer than an index row; the plain comparison rules out collisions. `parameter` must be
 * unique within the query.
 */
export function whereExternalRef<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  parameter: string,
  ref: string | undefined,
): void {
  const column = `${list.alias}.externalRef`;
  list.andWhere(`md5(${column}) = md5(:${parameter}) AND ${column} = :${parameter}`, { [parameter]: ref });
}

/**
 * Applies the filter of a list that supports only `eq(external_ref,x)`.
 * @throws DomainError INVALID_FILTER
 */
export function filterByExternalRef<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  filter: string | undefined,
): void {
  for (const [index, { values }] of parseFilter(filter, ['eq(external_ref)']).entries())
    whereExternalRef(list, `ref${index}`, values[0]);
}
