import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

/**
 * Returns whether a handler has a `@Query()` and a `@Body()` parameter. Nest stores a handler's decorated
 * parameters on its class under keys such as `4:1`, which combine the kind of parameter with its index.
 * Reading them here avoids a second declaration. Parameter decorators run before method decorators, so a
 * method decorator can call this function.
 */
export function handlerParameters(
  target: object,
  method: string | symbol,
): { query: boolean; body: boolean } {
  const parameters: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {};
  const has = (kind: RouteParamtypes) => Object.keys(parameters).some((key) => key.startsWith(`${kind}:`));
  return { query: has(RouteParamtypes.QUERY), body: has(RouteParamtypes.BODY) };
}
