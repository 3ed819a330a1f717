import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { isCurrency } from '../../money/currency.js';

const header = 'X-Moltin-Currency';

/** Documentation of the request header that selects the currency of display prices. */
export const currencyHeader = {
  [header]: {
    description:
      "Preferred currency of `display_price`, as an ISO 4217 code. Resources without a price in it use the team's default currency, then the alphabetically first one.",
    example: 'EUR',
  },
};

/** The currencies preferred for display prices, in order: that of the header, then the team's default. */
export const DisplayCurrencies = createParamDecorator((_: unknown, context: ExecutionContext): string[] => {
  const { headers, caller } = context.switchToHttp().getRequest<FastifyRequest>();
  const preferred = [headers[header.toLowerCase()], caller?.currency].filter(
    (code) => typeof code === 'string',
  );
  return [...new Set(preferred.filter(isCurrency))];
});

/** The entity tag of a version with its prices displayed in these currencies: `"v3.EUR.USD"`. */
export const currencyETag = (version: number, currencies: readonly string[]) =>
  `"${[`v${version}`, ...currencies].join('.')}"`;

/** `If-Match` with the currencies removed from its tags: a write depends on the version alone. */
export const IfMatchVersion = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return headers['if-match']?.replace(/("v\d+)(?:\.[A-Z]{3})+"/g, '$1"');
  },
);

/** Sets `Vary`, as caches must tell responses to different currency headers apart. */
export const varyByCurrency = (reply: FastifyReply) => void reply.header('vary', header);

/** Sends a resource with display prices, or 304 when the client already has this version in these currencies. */
export function sendWithCurrencyETag<T>(body: T, etag: string, request: FastifyRequest, reply: FastifyReply) {
  varyByCurrency(reply);
  return sendWithETag(body, etag, request, reply);
}
