import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

/**
 * Whether a handler has a `@Query()` and a `@Body()` parameter. Nest stores the decorated parameters of a handler on
 * its class, with keys such as `4:1`: the kind of parameter and its index. Reading them here saves declaring the same
 * twice. Parameter decorators run before method decorators, so a method decorator may call this.
 */
export function handlerParameters(
  target: object,
  method: string | symbol,
): { query: boolean; body: boolean } {
  const parameters: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {};
  const has = (kind: RouteParamtypes) => Object.keys(parameters).some((key) => key.startsWith(`${kind}:`));
  return { query: has(RouteParamtypes.QUERY), body: has(RouteParamtypes.BODY) };
}
