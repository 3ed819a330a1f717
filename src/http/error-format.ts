import type { DomainError } from '../common/errors.js';

/** How the errors of one surface of the API are written as JSON. */
export interface ErrorFormat {
  mediaType: string;
  /** Name of the schema of the body in the OpenAPI document. */
  schema: string;
  body(error: DomainError, requestId: string): object;
}
