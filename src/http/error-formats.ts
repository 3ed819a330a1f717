import type { DomainError } from '../common/errors.js';
import { problemDocument } from './problem-document.js';

/** Format of the errors of one part of the API, such as `/subscriptions`. */
export interface ErrorFormat {
  mediaType: string;
  /** Name of the body's schema in the OpenAPI document. */
  schema: string;
  body(error: DomainError, requestId: string): object;
}

/** RFC 9457, the default format. */
export const problemFormat: ErrorFormat = {
  mediaType: 'application/problem+json',
  schema: 'Problem',
  body: ({ code, message, extra }, requestId) => problemDocument(code, requestId, message, extra),
};

/** Error formats by path prefix. All other paths use `problemFormat`. */
export class ErrorFormats {
  constructor(private readonly byPrefix: Readonly<Record<string, ErrorFormat>>) {}

  /** Returns the format for the path of a URL, even if no route matches it. */
  forUrl(url: string): ErrorFormat {
    const path = url.split('?')[0] ?? '';
    const prefix = Object.keys(this.byPrefix).find((key) => path === key || path.startsWith(`${key}/`));
    return this.byPrefix[prefix ?? ''] ?? problemFormat;
  }
}
