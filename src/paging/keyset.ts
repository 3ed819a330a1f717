import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { readWithinBudget, type ReserveMemory } from './answer-budget.js';
import { cursorScope, type CursorCodec } from './cursor.js';
import { takePage, defaultLimit, type Page, type PageQuery } from './page.js';
import { readSizedRows } from './sized-rows.js';

interface Row extends ObjectLiteral {
  createdAt: Date;
}

export interface KeysetOptions<T> {
  /** The name of the list, to which its cursors are bound. */
  name: string;
  cursors: CursorCodec;
  /** Reserves memory for a large page. Omit it if even 100 rows are always small; they are then read without a limit. */
  reserve?: ReserveMemory;
  /** A unique column that orders rows created at the same time. */
  id?: keyof T & string;
  /** SQL expression for the number of bytes that related rows add to an entry. */
  relatedBytes?: string;
}

/**
 * Returns one page of a query, newest first. Runs one statement, or two with `count`, and one more if the page is large.
 * Rows are ordered by `createdAt` and ID, which never change. Reading all pages therefore never returns a row twice and
 * returns every row that existed throughout. A page ends early if its rows exceed the byte budget of an answer.
 * @throws DomainError INVALID_CURSOR, UNAVAILABLE
 */
export async function keysetPage<T extends Row>(
  list: SelectQueryBuilder<T>,
  query: PageQuery,
  { name, cursors, reserve, id = 'id' as keyof T & string, relatedBytes }: KeysetOptions<T>,
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
  const order = newestFirst(list.alias, id);
  const part = { id, order, relatedBytes, limit: limit + 1 };
  const {
    rows: { rows, truncated },
    large,
  } = reserve
    ? await readWithinBudget(reserve, (maxBytes) => readSizedRows(list, { ...part, maxBytes }))
    : await readSmallRows(list.orderBy(order).limit(limit + 1));
  const { items, last } = takePage(rows, limit, truncated);
  const cursorOf = (row: T) => cursors.encode(scope, [row.createdAt.toISOString(), String(row[id])]);
  const next = last && cursorOf(last);
  // The rows of `items` can be replaced by their details, but not their order.
  return large
    ? { items, next, total, cursorAfter: (index) => cursorOf(items[index] as T) }
    : { items, next, total };
}

async function readSmallRows<T extends Row>(list: SelectQueryBuilder<T>) {
  return { rows: { rows: await list.getMany(), truncated: false }, large: false };
}

const newestFirst = (alias: string, id: string) =>
  ({ [`${alias}.createdAt`]: 'DESC', [`${alias}.${id}`]: 'DESC' }) as const;
