import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { cursorScope, type CursorCodec } from './cursor.js';
import { takePage, defaultLimit, type Page, type PageQuery } from './page.js';

interface Row extends ObjectLiteral {
  createdAt: Date;
}

export interface KeysetOptions<T> {
  /** The name of the list, to which its cursors are bound. */
  name: string;
  cursors: CursorCodec;
  /** A unique column that orders rows created at the same time. */
  id?: keyof T & string;
}

/**
 * Returns one page of a query, newest first. Runs one statement, or two with `count`. Rows are ordered by
 * `createdAt` and ID, which never change. Reading all pages therefore never returns a row twice and returns
 * every row that existed throughout.
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
