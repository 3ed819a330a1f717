import { ApiProperty } from '../lazy-swagger/decorators.js';
import { field } from '../validation/field.js';
import { NumberField, TextField } from '../validation/fields.js';
import { Hints } from '../validation/hints/hints.js';
import { OmitType } from '../validation/mapped-types.js';
import { defaultLimit, PageQuery, viewPage, type Page } from './page.js';

/** Query parameters of a list whose body is `{items, pagination}`. */
@Hints({
  cursor: { otherNames: ['offset', 'page', 'nextCursor', 'pageToken', 'after'] },
  limit: { otherNames: ['pageSize', 'perPage', 'size', 'count'] },
})
export class ItemsQuery extends OmitType(PageQuery, ['count', 'cursor', 'limit']) {
  @NumberField({
    description:
      'Maximum number of entries on a page. A page can have fewer entries, because an answer has at most 4 MiB; use `pagination.nextCursor` to read all of them.',
    example: 50,
    default: 50,
    integer: true,
    min: 1,
    max: 100,
    optional: true,
  })
  limit?: number;

  @TextField({
    description: 'The `nextCursor` value of the previous page. Omit it to get the first page.',
    max: 2048,
    optional: true,
  })
  cursor?: string;
}

export class Pagination {
  @field(
    { type: 'string' },
    {
      description: 'The `cursor` value that selects the next page; null on the last page.',
      nullable: true,
      example: 'abc.def',
    },
  )
  nextCursor: string | null;

  @NumberField({
    description: 'Maximum number of entries on a page.',
    integer: true,
    min: 1,
    max: 100,
    example: 50,
  })
  limit: number;
}

/** The response body of a list. */
export interface ItemsPage<T> {
  items: T[];
  pagination: Pagination;
}

/** Creates the DTO class of such a response body. Extend it with a class that names the schema. */
export function ItemsPageOf<T extends object>(view: new () => T): new () => ItemsPage<T> {
  class ItemsView implements ItemsPage<T> {
    @ApiProperty({ type: [view], description: 'The entries on this page, newest first.' })
    items: T[];

    @ApiProperty({ type: Pagination })
    pagination: Pagination;
  }
  return ItemsView;
}

/** Builds the response body from a page of rows. */
export function toItemsPage<R, T>(page: Page<R>, query: ItemsQuery, view: (row: R) => T): ItemsPage<T> {
  const { items, next } = viewPage(page, view);
  return { items, pagination: { nextCursor: next ?? null, limit: query.limit ?? defaultLimit } };
}
