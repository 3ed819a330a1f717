import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { isCurrency } from '../../money/currency.js';

const header = 'x-moltin-currency';

/** The header of a request that picks the currency of display prices. */
export const currencyHeader = {
  'X-Moltin-Currency': {
    description: "Currency of `display_price` where it is priced; else the team's default.",
    example: 'EUR',
  },
};

/** The currencies that the caller wants to see, the dearest wish first: the header's, then the team's own. */
export const Currencies = createParamDecorator((_: unknown, context: ExecutionContext): string[] => {
  const { headers, caller } = context.switchToHttp().getRequest<FastifyRequest>();
  const wished = [headers[header], caller?.currency].filter((each) => typeof each === 'string');
  return [...new Set(wished.filter(isCurrency))];
});

/** The tag of a version as shown in these currencies: `"v3.EUR.USD"`. */
export const pricedTag = (version: number, currencies: readonly string[]) =>
  `"${[`v${version}`, ...currencies].join('.')}"`;

/** `If-Match` without the currencies of its tags: they tell apart what is shown, not what would be changed. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return headers['if-match']?.replace(/("v\d+)(?:\.[A-Z]{3})+"/g, '$1"');
});

/** Tells caches that the currency header changes the answer. */
export const varies = (reply: FastifyReply) => void reply.header('vary', 'X-Moltin-Currency');

/** Sends a resource that shows prices, or 304 when the client has it already in these currencies. */
export function sendPriced<T>(body: T, tag: string, request: FastifyRequest, reply: FastifyReply) {
  varies(reply);
  return sendWithETag(body, tag, request, reply);
}
