import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { parseFilter } from './filter.js';

/**
 * Keeps only rows with this `external_ref`. The unique index holds its MD5, as a reference may be longer than an
 * index row; the plain comparison excludes collisions. `parameter` must be unique within the query.
 */
export function whereExternalRef<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  parameter: string,
  ref: string | undefined,
): void {
  const column = `${list.alias}.externalRef`;
  list.andWhere(`md5(${column}) = md5(:${parameter}) AND ${column} = :${parameter}`, { [parameter]: ref });
}

/** Applies the filter of a list that supports `eq(external_ref,x)` only. @throws DomainError INVALID_FILTER */
export function filterByExternalRef<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  filter: string | undefined,
): void {
  for (const [index, { values }] of parseFilter(filter, ['eq(external_ref)']).entries())
    whereExternalRef(list, `ref${index}`, values[0]);
}
