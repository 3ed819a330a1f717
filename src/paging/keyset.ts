import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { cursorScope, type CursorCodec } from './cursor.js';
import { takePage, defaultLimit, type Page, type PageQuery } from './page.js';

interface Row extends ObjectLiteral {
  createdAt: Date;
}

export interface KeysetOptions<T> {
  /** Identifies the list; cursors are bound to it. */
  name: string;
  cursors: CursorCodec;
  /** A unique column that orders rows created at the same time. */
  id?: keyof T & string;
}

/**
 * One page of a query, newest first: one statement, or two with `count`. Rows are ordered by `createdAt` and id, which
 * never change. Reading all pages therefore returns no row twice and every row that existed the whole time.
 * @throws DomainError INVALID_CURSOR
 */
export async function keysetPage<T extends Row>(
  list: SelectQueryBuilder<T>,
  query: PageQuery,
  { name, cursors, id = 'id' as keyof T & string }: KeysetOptions<T>,
): Promise<Page<T>> {
  const { cursor, limit = defaultLimit, count, ...filters } = query;
  const scope = cursorScope(name, filters);
  const total = count ? await list.clone().getCount() : undefined;
  if (cursor !== undefined) {
    const [lastTime, lastId] = cursors.decode(scope, cursor);
    list.andWhere(`(${list.alias}.createdAt, ${list.alias}.${id}) < (:lastTime, :lastId)`, {
      lastTime,
      lastId,
    });
  }
  const rows = await list
    .orderBy(`${list.alias}.createdAt`, 'DESC')
    .addOrderBy(`${list.alias}.${id}`, 'DESC')
    .limit(limit + 1)
    .getMany();
  const { items, last } = takePage(rows, limit);
  const next = last && cursors.encode(scope, [last.createdAt.toISOString(), String(last[id])]);
  return { items, next, total };
}
