import { ErrorFormats } from './http/error-formats.js';
import { jsonApiErrorFormat } from './subscriptions/json-api/json-api-errors.js';

/** Error formats by path prefix; all other paths use RFC 9457 problem documents. */
export const errorFormats = new ErrorFormats({ '/subscriptions': jsonApiErrorFormat });
