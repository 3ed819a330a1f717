import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field, type FieldOptions } from '../../validation/field.js';
import { NumberField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';

const defaultLimit = 25;
const maxOffset = 10_000;

/** The paging parameters of the lists below `/subscriptions`. */
export class OffsetQuery {
  @NumberField({
    description: 'Entries to skip.',
    default: 0,
    integer: true,
    min: 0,
    max: maxOffset,
    optional: true,
    example: 0,
  })
  'page[offset]'?: number;

  @NumberField({
    description: 'Entries on a page; 0 means the default.',
    default: defaultLimit,
    integer: true,
    min: 0,
    max: 100,
    optional: true,
    example: 25,
  })
  'page[limit]'?: number;
}

/** The part of a list that was asked for, and how long the list is. */
export interface OffsetPage<T> {
  items: T[];
  total: number;
  offset: number;
  limit: number;
}

/** Where the page starts and how long it is. */
export function windowOf(query: OffsetQuery, standard = defaultLimit): { offset: number; limit: number } {
  return { offset: query['page[offset]'] ?? 0, limit: query['page[limit]'] || standard };
}

const Link = (options: FieldOptions) => field({ type: 'string' }, options);
const pageOf = (offset: number) => `/subscriptions/plans?page%5Boffset%5D=${offset}&page%5Blimit%5D=25`;

/** Pages around this one; null where there is none. */
@ApiSchema({ name: 'ListLinks' })
export class ListLinks {
  @Link({ description: 'This page.', example: pageOf(25) })
  current: string;
  @Link({ description: 'The first page.', example: pageOf(0) })
  first: string;
  @Link({ description: 'The last page.', example: pageOf(50) })
  last: string;
  @Link({ description: 'The page after this one.', nullable: true, example: pageOf(50) })
  next: string | null;
  @Link({ description: 'The page before this one.', nullable: true, example: pageOf(0) })
  prev: string | null;
}

@ApiSchema({ name: 'ListPage' })
export class ListPage {
  @NumberField({ description: 'Number of this page, from 1.', integer: true, min: 1, example: 2 })
  current: number;
  @NumberField({ description: 'Entries on a page.', integer: true, min: 1, example: 25 })
  limit: number;
  @NumberField({ description: 'Entries skipped.', integer: true, min: 0, example: 25 })
  offset: number;
  @NumberField({ description: 'Number of pages.', integer: true, min: 1, example: 3 })
  total: number;
}

@ApiSchema({ name: 'ListResults' })
export class ListResults {
  @NumberField({ description: 'Entries on all pages.', integer: true, min: 0, example: 60 })
  total: number;
}

@ApiSchema({ name: 'ListMeta' })
export class ListMeta {
  @ObjectField(() => ListPage, { description: 'Where this page stands.' })
  page: ListPage;
  @ObjectField(() => ListResults, { description: 'How much there is.' })
  results: ListResults;
}

/** `links` and `meta` of a page; `url` is the request's own, whose other parameters the links keep. */
export function frameOf(page: OffsetPage<unknown>, url: string): { links: ListLinks; meta: ListMeta } {
  const { total, offset, limit } = page;
  const pages = Math.max(1, Math.ceil(total / limit));
  const last = (pages - 1) * limit;
  const link = (at: number) => withWindow(url, at, limit);
  return {
    links: {
      current: link(offset),
      first: link(0),
      last: link(last),
      next: offset + limit < total ? link(offset + limit) : null,
      prev: offset > 0 ? link(Math.max(0, Math.min(offset - limit, last))) : null,
    },
    meta: {
      page: { current: Math.floor(offset / limit) + 1, limit, offset, total: pages },
      results: { total },
    },
  };
}

function withWindow(url: string, offset: number, limit: number): string {
  const [path = '', query] = url.split('?');
  const params = new URLSearchParams(query);
  params.set('page[offset]', String(offset));
  params.set('page[limit]', String(limit));
  return `${path}?${params}`;
}
