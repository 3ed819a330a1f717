import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const subscriptionsPath = '/subscriptions';

/** The path of the same routes for clients of the vendor, which put the version of the API into every path. */
export const subscriptionsAlias = '/v2/subscriptions';

/** Provides the path under which the client called `/subscriptions`. Links in the response start with it. */
export const BasePath = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
  return routeOptions.url?.startsWith(`${subscriptionsAlias}/`) ? subscriptionsAlias : subscriptionsPath;
});
