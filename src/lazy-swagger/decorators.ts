/*
 * The decorators of @nestjs/swagger without loading it. Its five hundred modules take a fifth of the startup time and
 * of the memory then, and most processes never serve the documentation. A decorator of this file only records its call;
 * loadSwagger() imports the library and replays all calls in order.
 */

type Swagger = typeof import('@nestjs/swagger');
type Decorator = (...target: unknown[]) => void;

/** Calls to replay when swagger loads, in the order declared. */
const pending: ((swagger: Swagger) => void)[] = [];

/** Names of schemas that differ from the names of their classes. */
const schemaNames = new WeakMap<object, string>();

/** Runs `declare` when @nestjs/swagger is loaded, after everything that was declared earlier. */
export function whenSwaggerLoads(declare: (swagger: Swagger) => void): void {
  pending.push(declare);
}

/** Imports @nestjs/swagger and replays all declarations that are pending. */
export async function loadSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  // One by one from the front: a declaration may add others.
  for (let declare = pending[0]; declare; declare = pending[0]) {
    declare(swagger);
    pending.shift();
  }
  return swagger;
}

/** The decorator factory `name` of @nestjs/swagger, with calls deferred until it is loaded. */
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
export const ApiProperty = deferred('ApiProperty');
export const ApiPropertyOptional = deferred('ApiPropertyOptional');
export const ApiResponse = deferred('ApiResponse');
export const ApiSecurity = deferred('ApiSecurity');
export const ApiTags = deferred('ApiTags');

const nameSchema = deferred('ApiSchema');

/** Names the schema of a DTO in the OpenAPI document. */
export function ApiSchema(options: { name: string; description?: string }): ClassDecorator {
  return (target) => {
    schemaNames.set(target, options.name);
    nameSchema(options)(target);
  };
}

/** The `$ref` of a DTO's schema in the OpenAPI document. */
export const getSchemaPath = (type: { name: string }) =>
  `#/components/schemas/${schemaNames.get(type) ?? type.name}`;
