import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { CursorCodec } from './cursor.js';
import { defaultLimit, type Page, type PageQuery } from './page.js';

interface Row extends ObjectLiteral {
  id: string;
  createdAt: Date;
}

/**
 * One page of a query, newest first: one statement, or two with `count`. Rows are placed by `createdAt` and id,
 * neither of which ever changes, so a walk over all pages shows no row twice and misses none that stood throughout.
 * @throws DomainError INVALID_CURSOR
 */
export async function keysetPage<T extends Row>(
  list: SelectQueryBuilder<T>,
  query: PageQuery,
  { name, cursors }: { name: string; cursors: CursorCodec },
): Promise<Page<T>> {
  const { cursor, limit = defaultLimit, count, ...filters } = query;
  const scope = JSON.stringify([name, Object.entries(filters).toSorted()]);
  const total = count ? await list.clone().getCount() : undefined;
  if (cursor !== undefined) {
    const [createdAt, id] = cursors.decode(scope, cursor);
    list.andWhere(`(${list.alias}.createdAt, ${list.alias}.id) < (:createdAt, :id)`, { createdAt, id });
  }
  const rows = await list
    .orderBy(`${list.alias}.createdAt`, 'DESC')
    .addOrderBy(`${list.alias}.id`, 'DESC')
    .limit(limit + 1)
    .getMany();
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  const next = last && cursors.encode(scope, [last.createdAt.toISOString(), last.id]);
  return { items, next, total };
}
