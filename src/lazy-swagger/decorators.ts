type Swagger = typeof import('@nestjs/swagger');
type Decorator = (...target: unknown[]) => void;

/** What is to be told to @nestjs/swagger, in the order in which it was declared. */
const waiting: ((swagger: Swagger) => void)[] = [];

/** The names of schemas that are not those of their classes. */
const schemaNames = new WeakMap<object, string>();

/**
 * Has something told to @nestjs/swagger when the documentation is first asked for. Its five hundred modules take a
 * fifth of the start and of the memory then, and most processes are never asked.
 */
export function whenSwaggerLoads(tell: (swagger: Swagger) => void): void {
  waiting.push(tell);
}

/** @nestjs/swagger, knowing all that has been declared. */
export async function loadSwagger(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (let tell = waiting[0]; tell; tell = waiting[0]) {
    tell(swagger);
    waiting.shift();
  }
  return swagger;
}

/** The decorator of that name in @nestjs/swagger. */
function later<Name extends keyof Swagger>(name: Name): Swagger[Name] {
  const decorate = (...options: unknown[]) => {
    const decorator: Decorator = (...target) =>
      whenSwaggerLoads((swagger) =>
        (swagger[name] as (...options: unknown[]) => Decorator)(...options)(...target),
      );
    return decorator;
  };
  return decorate as unknown as Swagger[Name];
}

export const ApiBody = later('ApiBody');
export const ApiConsumes = later('ApiConsumes');
export const ApiExtension = later('ApiExtension');
export const ApiExtraModels = later('ApiExtraModels');
export const ApiHeader = later('ApiHeader');
export const ApiOperation = later('ApiOperation');
export const ApiProperty = later('ApiProperty');
export const ApiPropertyOptional = later('ApiPropertyOptional');
export const ApiResponse = later('ApiResponse');
export const ApiSecurity = later('ApiSecurity');
export const ApiTags = later('ApiTags');

const nameSchema = later('ApiSchema');

/** The name of a DTO in the documentation. */
export function ApiSchema(options: { name: string; description?: string }): ClassDecorator {
  return (target) => {
    schemaNames.set(target, options.name);
    nameSchema(options)(target);
  };
}

/** Where the schema of a DTO stands in the documentation. */
export const getSchemaPath = (type: { name: string }) =>
  `#/components/schemas/${schemaNames.get(type) ?? type.name}`;
