import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '../../lazy-swagger/decorators.js';
import { headerSchema, type HeaderDocs } from './header-docs.js';

export type Dto = new () => object;

/** The successful response of a route. */
export interface ResponseOptions {
  /** Defaults to 200. */
  status?: 200 | 201 | 202 | 204;
  description: string;
  /** DTO of the body, or `[Dto]` for an array. */
  type?: Dto | [Dto];
  /** Alternative DTOs of the body. */
  oneOf?: (Dto | [Dto])[];
  headers?: HeaderDocs;
  /** Media type of a body that is not JSON; `example` is then required. */
  mediaType?: string;
  example?: string;
  /** Example of the body as CSV, if it can be requested in this format besides `type` or `mediaType`. */
  csvExample?: string;
  /** Further media types in which the body of `type` can be requested, each with an example. */
  alternatives?: Record<string, string>;
  /** DTO of a line of a body in JSON Lines format; the alternatives if there are several. */
  lineType?: Dto | Dto[];
}

const csvType = 'text/csv';

export function successResponse(options: ResponseOptions): MethodDecorator {
  const { status = 200, description, type, oneOf = [], headers = {}, mediaType, example, lineType } = options;
  const { csvExample } = options;
  const alternatives = alternativesOf(options);
  const hasAlternatives = Object.keys(alternatives).length > 0;
  const lineTypes = [lineType ?? []].flat();
  const models = [...oneOf, ...lineTypes].map((dto) => (Array.isArray(dto) ? dto[0] : dto));
  // OpenAPI 3.1 has no keyword for the schema of a line; 3.2 calls it `itemSchema`.
  const lines = lineTypes.map(schemaOf);
  const line = lines.length > 0 ? { 'x-itemSchema': lines.length > 1 ? { anyOf: lines } : lines[0] } : {};
  const apiResponse = ApiResponse({
    status,
    description,
    headers: Object.fromEntries(Object.entries(headers).map(([name, docs]) => [name, headerSchema(docs)])),
    ...(mediaType
      ? {
          content: {
            [mediaType]: { schema: { type: 'string' }, example, ...line },
            ...(csvExample === undefined
              ? {}
              : { [csvType]: { schema: { type: 'string' }, example: csvExample } }),
          },
        }
      : {}),
    ...(oneOf.length > 0 ? { schema: { oneOf: oneOf.map(schemaOf) } } : {}),
    ...(hasAlternatives && type ? { content: contentOf(type, alternatives) } : typeOf(type)),
  });
  return applyDecorators(
    ApiExtraModels(...models, ...(hasAlternatives && type ? [type].flat() : [])),
    apiResponse,
  );
}

const typeOf = (type?: Dto | [Dto]) =>
  Array.isArray(type) ? { type: type[0], isArray: true } : type ? { type } : {};

/** Returns the media types, other than JSON, in which the body of a `type` can be requested. */
export const alternativesOf = ({
  type,
  mediaType,
  csvExample,
  alternatives,
}: ResponseOptions): Record<string, string> => ({
  ...(type && !mediaType && csvExample !== undefined ? { [csvType]: csvExample } : {}),
  ...alternatives,
});

/** Documents a body that is JSON, or one of the alternatives as text. */
const contentOf = (type: Dto | [Dto], alternatives: Record<string, string>) => ({
  'application/json': { schema: schemaOf(type) },
  ...Object.fromEntries(
    Object.entries(alternatives).map(([media, example]) => [
      media,
      { schema: { type: 'string' as const }, example },
    ]),
  ),
});

const schemaOf = (type: Dto | [Dto]) =>
  Array.isArray(type)
    ? { type: 'array', items: { $ref: getSchemaPath(type[0]) } }
    : { $ref: getSchemaPath(type) };
