import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { withVary } from '../../http/content/response-headers.js';
import { isCurrency } from '../../money/currency.js';

const header = 'X-Moltin-Currency';

/** Documentation of the request header that selects the currency of display prices. */
export const currencyHeader = {
  [header]: {
    description:
      'Preferred currency of `display_price`, as an ISO 4217 code. If a resource has no price in this currency, the default currency of your team is used or, failing that, the alphabetically first currency.',
    example: 'EUR',
  },
};

/**
 * Provides the preferred currencies of display prices, in order: the currency in the header, then the team's
 * default.
 */
export const DisplayCurrencies = createParamDecorator((_: unknown, context: ExecutionContext): string[] => {
  const { headers, caller } = context.switchToHttp().getRequest<FastifyRequest>();
  const preferred = [headers[header.toLowerCase()], caller?.currency].filter(
    (code) => typeof code === 'string',
  );
  return [...new Set(preferred.filter(isCurrency))];
});

/** Returns the entity tag of a version whose prices are displayed in these currencies: `"v3.EUR.USD"`. */
export const currencyETag = (version: number, currencies: readonly string[]) =>
  `"${[`v${version}`, ...currencies].join('.')}"`;

/**
 * Provides the `If-Match` header without the currencies in its tags, because a write depends only on the
 * version.
 */
export const IfMatchVersion = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return headers['if-match']?.replace(/("v\d+)(?:\.[A-Z]{3})+"/g, '$1"');
  },
);

/** Sets `Vary`, because caches must store a separate response for each value of the currency header. */
export const varyByCurrency = (reply: FastifyReply) => void reply.header('vary', withVary(reply, header));

/**
 * Sends a resource with display prices, or 304 if the client already has this version in these currencies.
 */
export function sendWithCurrencyETag<T>(body: T, etag: string, request: FastifyRequest, reply: FastifyReply) {
  varyByCurrency(reply);
  return sendWithETag(body, etag, request, reply);
}
