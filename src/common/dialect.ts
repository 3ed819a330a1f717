import type { DomainError } from './errors.js';

/** How one part of the API words its errors. */
export interface ErrorDialect {
  mediaType: string;
  /** Name of the body's schema in the OpenAPI document. */
  schema: string;
  /** The body that tells a client of the error. */
  body(error: DomainError, requestId: string): object;
}
