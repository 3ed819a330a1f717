import { ApiProperty } from '../lazy-swagger/decorators.js';
import { field } from '../validation/field.js';
import { NumberField, TextField } from '../validation/fields.js';
import { OmitType } from '../validation/mapped-types.js';
import { defaultLimit, PageQuery, type Page } from './page.js';

/** Query parameters of a list whose body is `{items, pagination}`. */
export class ItemsQuery extends OmitType(PageQuery, ['count', 'cursor']) {
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
  const pagination = { nextCursor: page.next ?? null, limit: query.limit ?? defaultLimit };
  return { items: page.items.map(view), pagination };
}
