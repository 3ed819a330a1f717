import type { ValidateFunction } from 'ajv';
import { errorFormats } from '../../src/error-formats.js';

type Json = Record<string, unknown>;

const errorsText = (errors: ValidateFunction['errors']) =>
  (errors ?? []).map(({ instancePath, message }) => `data${instancePath} ${message}`).join(', ');

export interface Operation {
  path: string;
  /** The HTTP method, in lowercase. */
  method: string;
  operation: Json & {
    operationId?: string;
    security?: Json[];
    parameters?: Json[];
    responses: Record<string, Json>;
  };
}

/** See outside/committed-document.mjs. */
declare const committedDocument: () => {
  document: Json;
  validatorOf(pointer: string): ValidateFunction;
};

/**
 * Checks responses against the committed OpenAPI document: the operation, the status, the media type and the body. A rule
 * test checks that the service serves the same document.
 */
export class OpenApiCheck {
  readonly document: Json;
  private readonly validatorOf: (pointer: string) => ValidateFunction;
  private readonly routes: (Operation & { pattern: RegExp })[];

  constructor() {
    ({ document: this.document, validatorOf: this.validatorOf } = committedDocument());
    this.routes = Object.entries(this.document.paths as Record<string, Json>).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method,
        path,
        pattern: new RegExp(`^${path.replace(/[.$]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
        operation: operation as Operation['operation'],
      })),
    );
  }

  /** @throws if the document does not describe the response; run `npm run openapi` after a change to the API */
  check(method: string, url: string, status: number, type: string | undefined, body: unknown): void {
    const path = url.split('?')[0] ?? '';
    // A literal path takes precedence over one with a parameter.
    const parameters = (each: { path: string }) => each.path.split('{').length;
    const route = this.routes
      .filter((each) => each.method === method.toLowerCase() && each.pattern.test(path))
      .toSorted((a, b) => parameters(a) - parameters(b))[0];
    const where = `${method} ${path} -> ${status}`;
    if (!route) {
      const schema = errorFormats.forUrl(url).schema;
      if (status === 404 || status === 405)
        return this.validate(`#/components/schemas/${schema}`, body, where);
      throw new Error(`${where}: the OpenAPI document has no such operation`);
    }
    const declared = route.operation.responses[status];
    if (!declared) throw new Error(`${where}: this status is not documented for ${route.path}`);
    const response = this.resolve(declared);
    const content = response.content as Record<string, Json> | undefined;
    const media = type?.split(';')[0] ?? '';
    if (!content) {
      if (media) throw new Error(`${where}: has a body, but none is documented`);
      return;
    }
    if (!content[media]) throw new Error(`${where}: media type ${media} is not documented`);
    const escape = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');
    const parent =
      typeof declared.$ref === 'string'
        ? declared.$ref
        : `#/${['paths', route.path, method.toLowerCase(), 'responses', String(status)].map(escape).join('/')}`;
    const pointer = `${parent}/content/${escape(media)}`;
    this.validate(`${pointer}/schema`, body, where);
    const lines = content[media]['x-itemSchema'] ? String(body).split('\n').filter(Boolean) : [];
    for (const line of lines) this.validate(`${pointer}/x-itemSchema`, JSON.parse(line), where);
  }

  /** Returns the component to which an object refers, or the object itself if it is not a reference. */
  resolve(node: Json): Json {
    if (typeof node.$ref !== 'string') return node;
    const steps = node.$ref.split('/').slice(1);
    return steps.reduce((at, step) => at[step] as Json, this.document);
  }

  /** Returns every operation of the document. */
  operations(): readonly Operation[] {
    return this.routes;
  }

  /** Returns whether a value is valid for the schema at a pointer in the document. */
  accepts(pointer: string, value: unknown): boolean {
    return this.validatorOf(pointer)(value);
  }

  /** @throws if a value is not valid for the schema at a pointer in the document */
  validate(pointer: string, value: unknown, where: string): void {
    const validate = this.validatorOf(pointer);
    if (!validate(value))
      throw new Error(`${where}: ${errorsText(validate.errors)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
  }
}
