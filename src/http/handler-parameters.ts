import { Body, Query } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DtoValidationPipe } from '../validation/dto-validation.pipe.js';

const validation = new DtoValidationPipe();

/**
 * Returns the indexes of the parameters of a kind. Nest stores a handler's decorated parameters on its class under keys
 * such as `4:1`, which combine the kind of parameter with its index. Parameter decorators run before method decorators, so
 * a method decorator can call this function.
 */
function indexesOf(kind: RouteParamtypes, target: object, method: string | symbol): number[] {
  const parameters: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {};
  return Object.keys(parameters)
    .map((key) => key.split(':').map(Number))
    .flatMap(([each, index = 0]) => (each === kind ? [index] : []));
}

/**
 * Returns whether a handler has a `@Query()` and a `@Body()` parameter. Reading them here avoids a second declaration.
 */
export function handlerParameters(
  target: object,
  method: string | symbol,
): { query: boolean; body: boolean } {
  const has = (kind: RouteParamtypes) => indexesOf(kind, target, method).length > 0;
  return { query: has(RouteParamtypes.QUERY), body: has(RouteParamtypes.BODY) };
}

/**
 * Validates the `@Query()` and `@Body()` parameters of a handler. With a global pipe, Nest would create eight promises per
 * request for each of its other parameters as well.
 */
export function validateParameters(target: object, method: string | symbol): void {
  for (const index of indexesOf(RouteParamtypes.QUERY, target, method))
    Query(validation)(target, method, index);
  for (const index of indexesOf(RouteParamtypes.BODY, target, method))
    Body(validation)(target, method, index);
}
