import type { FastifyReply, FastifyRequest } from 'fastify';
import { BooleanField, NumberField, TextField } from '../validation/fields.js';

/** The query parameters of every list. */
export class PageQuery {
  @NumberField({
    description: 'Entries on a page.',
    example: 50,
    default: 50,
    integer: true,
    min: 1,
    max: 100,
    optional: true,
  })
  limit?: number;

  @TextField({
    description: 'Where to go on: the cursor of the `Link` header of the page before.',
    max: 8192,
    optional: true,
  })
  cursor?: string;

  @BooleanField({
    description: 'Send the number of all entries in `X-Total-Count`.',
    default: false,
    optional: true,
  })
  count?: boolean;
}

export const defaultLimit = 50;

/** One page of a list; `next` is the cursor of the page after it, `total` was asked for with `count=true`. */
export interface Page<T> {
  items: T[];
  next?: string;
  total?: number;
}

/** Cuts a page out of rows of which one more was asked for; `last` is its last one when there is a next page. */
export function takePage<T>(rows: readonly T[], limit: number): { items: T[]; last: T | undefined } {
  const items = rows.slice(0, limit);
  return { items, last: rows.length > limit ? items.at(-1) : undefined };
}

/** Puts the place of the next page and the total in the headers and leaves the bare array as the body. */
export function sendPage<T>(page: Page<T>, request: FastifyRequest, reply: FastifyReply): T[] {
  if (page.total !== undefined) void reply.header('x-total-count', page.total);
  if (page.next !== undefined)
    void reply.header('link', `<${withCursor(request.url, page.next)}>; rel="next"`);
  return page.items;
}

function withCursor(url: string, cursor: string): string {
  const [path = ''] = url.split('?');
  const params = new URLSearchParams(url.slice(path.length + 1));
  params.set('cursor', cursor);
  return `${path}?${params}`;
}
