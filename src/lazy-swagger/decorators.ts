/*
 * Provides the decorators of @nestjs/swagger without loading it. Loading its five hundred modules would take
 * a fifth of the startup time and memory, and most processes never serve the documentation. A decorator in
 * this file only records its call; loadSwagger() imports the library and replays all calls in order.
 */

type Swagger = typeof import('@nestjs/swagger');
type Decorator = (...target: unknown[]) => void;

/** Calls to replay once @nestjs/swagger is loaded, in the order in which they were declared. */
const pending: ((swagger: Swagger) => void)[] = [];

/** Schema names that differ from the names of the DTO classes. */
const schemaNames = new WeakMap<object, string>();

/** Runs `declare` once @nestjs/swagger is loaded, after all earlier declarations. */
export function whenSwaggerLoads(declare: (swagger: Swagger) => void): void {
  pending.push(declare);
}

/** Imports @nestjs/swagger and replays all pending declarations. */
export async function loadSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  // One by one from the front, because a declaration can add others.
  for (let declare = pending[0]; declare; declare = pending[0]) {
    declare(swagger);
    pending.shift();
  }
  return swagger;
}

/**
 * Returns the decorator factory `name` of @nestjs/swagger,
 * with its calls deferred until the library is loaded.
 */
function deferred<Name extends keyof Swagger>(name: Name): Swagger[Name] {
  const factory = (...options: unknown[]) => {
    const decorator: Decorator = (...target) =>
      whenSwaggerLoads((swagger) =>
        (swagger[name] as (...options: unknown[]) => Decorator)(...options)(...target),
      );
    return decorator;
  };
  return factory as unknown as Swagger[Name];
}

export const ApiBody = deferred('ApiBody');
export const ApiConsumes = deferred('ApiConsumes');
export const ApiExtension = deferred('ApiExtension');
export const ApiExtraModels = deferred('ApiExtraModels');
export const ApiHeader = deferred('ApiHeader');
export const ApiOperation = deferred('ApiOperation');
export const ApiParam = deferred('ApiParam');
export const ApiProperty = deferred('ApiProperty');
export const ApiPropertyOptional = deferred('ApiPropertyOptional');
export const ApiResponse = deferred('ApiResponse');
export const ApiSecurity = deferred('ApiSecurity');
export const ApiTags = deferred('ApiTags');

const nameSchema = deferred('ApiSchema');

/** Sets the name of a DTO's schema in the OpenAPI document. */
export function ApiSchema(options: { name: string; description?: string }): ClassDecorator {
  return (target) => {
    schemaNames.set(target, options.name);
    nameSchema(options)(target);
  };
}

/** Returns the `$ref` of a DTO's schema in the OpenAPI document. */
export const getSchemaPath = (type: { name: string }) =>
  `#/components/schemas/${schemaNames.get(type) ?? type.name}`;
