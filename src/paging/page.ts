import type { FastifyReply, FastifyRequest } from 'fastify';
import { countWithinBudget, jsonBytes } from './answer-budget.js';
import { relativeUrl } from '../common/request/relative-url.js';
import { BooleanField, NumberField, TextField } from '../validation/fields.js';

/** Query parameters shared by all lists that use cursors. */
export class PageQuery {
  @NumberField({
    description:
      'Maximum number of entries on a page. A page can have fewer entries, because an answer has at most 4 MiB; follow the `Link` header to read all of them.',
    example: 50,
    default: 50,
    integer: true,
    min: 1,
    max: 100,
    optional: true,
  })
  limit?: number;

  @TextField({
    description: 'The cursor from the `Link` header of the previous page. Omit it to get the first page.',
    max: 8192,
    optional: true,
  })
  cursor?: string;

  @BooleanField({
    description:
      'Whether to return the total number of entries in the `X-Total-Count` header. Counting can stop at a limit; `X-Total-Count-Relation` is then `gte`.',
    default: false,
    optional: true,
  })
  count?: boolean;
}

export const defaultLimit = 50;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; absent on the last page. */
  next?: string;
  /** Total number of entries, if the request has `count=true`. */
  total?: number;
  /** Whether there are more entries than `total`, because counting stopped there. */
  totalIsMinimum?: boolean;
  /**
   * Returns the cursor of the page after an item. Set if the items are large, so that the page may have to end before
   * its last item.
   */
  cursorAfter?: (index: number) => string;
}

/** The total of a page. */
export type PageTotal = Pick<Page<never>, 'total' | 'totalIsMinimum'>;

/** Returns the total of a list that was counted up to one more than `limit`. */
export const boundedTotal = (counted: number, limit: number): PageTotal => ({
  total: Math.min(counted, limit),
  totalIsMinimum: counted > limit,
});

/**
 * Takes one page from up to `limit + 1` rows. The extra row only indicates that a next page exists; in that
 * case, or if the rows are `truncated`, `last` is the last row of this page.
 */
export function takePage<T>(
  rows: readonly T[],
  limit: number,
  truncated = false,
): { items: T[]; last: T | undefined } {
  const items = rows.slice(0, limit);
  return { items, last: truncated || rows.length > limit ? items.at(-1) : undefined };
}

/**
 * Converts the items of a page, and ends it before the first item that would exceed the byte budget of the answer.
 * @param otherBytes the number of bytes of the rest of the answer
 */
export function viewPage<R, T>(page: Page<R>, view: (row: R) => T, otherBytes?: number): Page<T> {
  const { items, cursorAfter, ...rest } = page;
  if (!cursorAfter) return { ...rest, items: items.map(view) };
  const views: T[] = [];
  const sizes = function* () {
    for (const item of items) {
      const value = view(item);
      views.push(value);
      yield jsonBytes(value);
    }
  };
  const count = countWithinBudget(sizes(), otherBytes);
  if (count === items.length) return { ...rest, items: views };
  return { ...rest, items: views.slice(0, count), next: cursorAfter(count - 1) };
}

/** Sets the `Link`, `X-Total-Count` and `X-Total-Count-Relation` headers and returns the entries as the response body. */
export function sendPage<T>(page: Page<T>, request: FastifyRequest, reply: FastifyReply): T[] {
  if (page.total !== undefined) {
    void reply.header('x-total-count', page.total);
    void reply.header('x-total-count-relation', page.totalIsMinimum ? 'gte' : 'eq');
  }
  if (page.next !== undefined)
    void reply.header('link', `<${withCursor(request.url, page.next)}>; rel="next"`);
  return page.items;
}

/** A query whose parameters need no decoding, and are written back as they are. */
const plainQuery = /^\?(?:[\w.*-]+=[\w.*+-]*(?:&(?=.)|$))+$/;

function withCursor(url: string, cursor: string): string {
  const target = relativeUrl(url);
  const [path = ''] = target.split('?');
  const query = target.slice(path.length);
  // Usual for a first page; parsing the query takes several times as long.
  if (plainQuery.test(query) && !query.includes('cursor=')) return `${target}&cursor=${cursor}`;
  const params = new URLSearchParams(query.slice(1));
  params.set('cursor', cursor);
  return `${path}?${params}`;
}
