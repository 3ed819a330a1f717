import { ApiProperty } from '../lazy-swagger/decorators.js';
import { field } from '../validation/field.js';
import { NumberField, TextField } from '../validation/fields.js';
import { OmitType } from '../validation/mapped-types.js';
import { defaultLimit, PageQuery, type Page } from './page.js';

/** Query of a list that answers `{items, pagination}`. */
export class ItemsQuery extends OmitType(PageQuery, ['count', 'cursor']) {
  @TextField({ description: 'Where to go on: `nextCursor` of the page before.', max: 2048, optional: true })
  cursor?: string;
}

export class Pagination {
  @field(
    { type: 'string' },
    {
      description: 'The `cursor` of the next page; null on the last one.',
      nullable: true,
      example: 'abc.def',
    },
  )
  nextCursor: string | null;

  @NumberField({ description: 'Entries on a page at most.', integer: true, min: 1, max: 100, example: 50 })
  limit: number;
}

/** One page of a list as a body. */
export interface ItemsPage<T> {
  items: T[];
  pagination: Pagination;
}

/** The schema of such a body. The subclass gives it a name. */
export function ItemsPageOf<T extends object>(view: new () => T): new () => ItemsPage<T> {
  class ItemsView implements ItemsPage<T> {
    @ApiProperty({ type: [view], description: 'Newest first.' })
    items: T[];

    @ApiProperty({ type: Pagination })
    pagination: Pagination;
  }
  return ItemsView;
}

/** Turns a page of rows into the body. */
export function toItemsPage<R, T>(page: Page<R>, query: ItemsQuery, view: (row: R) => T): ItemsPage<T> {
  const pagination = { nextCursor: page.next ?? null, limit: query.limit ?? defaultLimit };
  return { items: page.items.map(view), pagination };
}
