import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { relativeUrl } from '../../common/request/relative-url.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  countWithinBudget,
  jsonBytes,
  maxAnswerBytes,
  readWithinBudget,
  type ReserveMemory,
} from '../../paging/answer-budget.js';
import { readSizedRows } from '../../paging/sized-rows.js';
import { field, type FieldOptions } from '../../validation/field.js';
import { NumberField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';

const defaultPageLimit = 25;
const maxOffset = 10_000;

/** Paging parameters of the lists under `/subscriptions`. */
export class OffsetQuery {
  @NumberField({
    description: 'Number of entries to skip.',
    default: 0,
    integer: true,
    min: 0,
    max: maxOffset,
    optional: true,
    example: 0,
  })
  'page[offset]'?: number;

  @NumberField({
    description:
      'Maximum number of entries on a page. 0 selects the default. An answer has at most 4 MiB, and a page that would exceed that ends early: follow `links.next` to read all entries. Only a request with `include` and `page[limit]`, but without `page[offset]`, fails with 400 instead, and the error says which page fits.',
    default: defaultPageLimit,
    integer: true,
    min: 0,
    max: 100,
    optional: true,
    example: 25,
  })
  'page[limit]'?: number;
}

/** One page of a list and the total number of entries. */
export interface OffsetPage<T> {
  items: T[];
  total: number;
  offset: number;
  limit: number;
  /** Whether the entries are large, so that the size of the response must be checked. */
  large?: boolean;
  /** Whether entries of the page are missing at its end, because the response would exceed its byte budget. */
  endsEarly?: boolean;
  /** Whether the request fails if the page would end early. */
  isFixed?: boolean;
}

export function offsetAndLimit(
  query: OffsetQuery,
  defaultLimit = defaultPageLimit,
): { offset: number; limit: number } {
  return { offset: query['page[offset]'] ?? 0, limit: query['page[limit]'] || defaultLimit };
}

export interface OffsetPageOptions {
  reserve: ReserveMemory;
  /** SQL expression for the number of bytes that related rows add to an entry. */
  relatedBytes?: string;
  /** The order of the list; by default, the oldest entry is first. */
  order?: Record<string, 'ASC' | 'DESC'>;
  defaultLimit?: number;
  /** Whether the page is returned at any size. */
  unlimited?: boolean;
}

/**
 * Runs a list query and returns one page, which ends before the first entry that exceeds the byte budget of an answer.
 * @throws DomainError UNAVAILABLE
 */
export async function findPage<T extends ObjectLiteral>(
  list: SelectQueryBuilder<T>,
  query: OffsetQuery & { include?: readonly string[] },
  { reserve, relatedBytes, order = oldestFirst(list.alias), defaultLimit, unlimited }: OffsetPageOptions,
): Promise<OffsetPage<T>> {
  const { offset, limit } = offsetAndLimit(query, defaultLimit);
  const total = await list.getCount();
  const part = { id: 'id', order, relatedBytes, offset, limit };
  const { rows, large } = await readWithinBudget(reserve, (maxBytes) =>
    readSizedRows(list, {
      ...part,
      maxBytes: unlimited && maxBytes === maxAnswerBytes ? Infinity : maxBytes,
    }),
  );
  return {
    items: rows.rows,
    total,
    offset,
    limit,
    large: large && !unlimited,
    endsEarly: rows.truncated,
    isFixed: isFixed(query),
  };
}

const oldestFirst = (alias: string) => ({ [`${alias}.createdAt`]: 'ASC', [`${alias}.id`]: 'ASC' }) as const;

/** Every link has a `page[offset]`, so that none of them leads to an error. */
const isFixed = (query: OffsetQuery & { include?: readonly string[] }) =>
  query.include !== undefined && Boolean(query['page[limit]']) && query['page[offset]'] === undefined;

/** How the items of a page become a response body. */
export interface ListFormat<T, E, D> {
  /** Converts an item to its entry, with everything that the item adds to the body. */
  entryOf: (item: T) => E;
  /** Builds the members of the body, without `links` and `meta`. */
  contentOf: (entries: E[]) => D;
}

/** The format of a list without included resources. */
export const plainList = <T, V>(entryOf: (item: T) => V): ListFormat<T, V, { data: V[] }> => ({
  entryOf,
  contentOf: (data) => ({ data }),
});

/**
 * Returns the response body with a page, which ends before the first entry that exceeds the byte budget of an answer.
 * @throws ValidationFailed if the page would end early, but must not
 */
export function listDocument<T, E, D>(
  page: OffsetPage<T>,
  { entryOf, contentOf }: ListFormat<T, E, D>,
  url: string,
): D & { links: ListLinks; meta: ListMeta } {
  const entries: E[] = [];
  const sizes = function* () {
    for (const item of page.items) {
      const entry = entryOf(item);
      entries.push(entry);
      yield jsonBytes(entry);
    }
  };
  if (!page.large) return { ...contentOf(page.items.map(entryOf)), ...linksAndMeta(page, url) };
  const count = countWithinBudget(sizes(), jsonBytes(linksAndMeta(page, url)) + memberNameBytes);
  const shown = firstItems(page, count);
  if (shown.endsEarly && shown.isFixed) throw pageTooLarge(count);
  return { ...contentOf(entries.slice(0, count)), ...linksAndMeta(shown, url) };
}

/** The names of the members of a response body, and longer numbers in its links, take less than this. */
const memberNameBytes = 1024;

/** Ends a page after its first items. */
export const firstItems = <T>(page: OffsetPage<T>, count: number): OffsetPage<T> =>
  count < page.items.length ? { ...page, items: page.items.slice(0, count), endsEarly: true } : page;

const pageTooLarge = (fitting: number) =>
  new ValidationFailed([
    fieldError(
      ['page[limit]'],
      'size',
      `must be smaller, because this page exceeds 4 MiB; ask for at most ${fitting} ${fitting === 1 ? 'entry' : 'entries'}`,
    ),
  ]);

const LinkField = (options: FieldOptions) => field({ type: 'string' }, options);
const exampleLink = (offset: number) => `/subscriptions/plans?page%5Boffset%5D=${offset}&page%5Blimit%5D=25`;

/** Links to the adjacent pages; null if there is no such page. */
@ApiSchema({ name: 'ListLinks' })
export class ListLinks {
  @LinkField({ description: 'Link to this page.', example: exampleLink(25) })
  current: string;
  @LinkField({ description: 'Link to the first page.', example: exampleLink(0) })
  first: string;
  @LinkField({
    description:
      'Link to the last page, or to the last one that `page[offset]` can reach. If that page ends early, its `next` leads on.',
    example: exampleLink(50),
  })
  last: string;
  @LinkField({
    description:
      'Link to the next page, which begins after the last entry on this page. Null on the last page, and on the last one that `page[offset]` can reach.',
    nullable: true,
    example: exampleLink(50),
  })
  next: string | null;
  @LinkField({
    description: 'Link to the previous page. Null on the first page.',
    nullable: true,
    example: exampleLink(0),
  })
  prev: string | null;
}

@ApiSchema({ name: 'ListPage' })
export class ListPage {
  @NumberField({
    description: 'Number of this page, counted from 1 and in pages of `limit` entries.',
    integer: true,
    min: 1,
    example: 2,
  })
  current: number;
  @NumberField({
    description: 'Maximum number of entries on a page; a page that ends early has fewer.',
    integer: true,
    min: 1,
    example: 25,
  })
  limit: number;
  @NumberField({ description: 'Number of entries skipped.', integer: true, min: 0, example: 25 })
  offset: number;
  @NumberField({
    description: 'Number of pages of `limit` entries.',
    integer: true,
    min: 1,
    example: 3,
  })
  total: number;
}

@ApiSchema({ name: 'ListResults' })
export class ListResults {
  @NumberField({ description: 'Number of entries on all pages.', integer: true, min: 0, example: 60 })
  total: number;
}

@ApiSchema({ name: 'ListMeta' })
export class ListMeta {
  @ObjectField(() => ListPage, { description: 'Position of this page.' })
  page: ListPage;
  @ObjectField(() => ListResults, { description: 'Size of the whole list.' })
  results: ListResults;
}

/**
 * Builds `links` and `meta` of a page. `url` is the URL of the request; the links keep its other parameters. No link
 * leads beyond the largest offset, because that would be rejected.
 */
function linksAndMeta(page: OffsetPage<unknown>, url: string): { links: ListLinks; meta: ListMeta } {
  const { total, offset, limit, items, endsEarly } = page;
  const end = offset + (endsEarly ? items.length : limit);
  const pageCount = Math.max(1, Math.ceil(total / limit));
  const lastOffset = Math.min(pageCount - 1, Math.floor(maxOffset / limit)) * limit;
  const link = (pageOffset: number) => withPage(url, pageOffset, limit);
  return {
    links: {
      current: link(offset),
      first: link(0),
      last: link(lastOffset),
      next: end < total && end <= maxOffset ? link(end) : null,
      prev: offset > 0 ? link(Math.max(0, Math.min(offset - limit, lastOffset))) : null,
    },
    meta: {
      page: { current: Math.floor(offset / limit) + 1, limit, offset, total: pageCount },
      results: { total },
    },
  };
}

function withPage(url: string, offset: number, limit: number): string {
  const [path = '', query] = relativeUrl(url).split('?');
  const params = new URLSearchParams(query);
  params.set('page[offset]', String(offset));
  params.set('page[limit]', String(limit));
  return `${path}?${params}`;
}
