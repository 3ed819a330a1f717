import { ErrorFormats } from './http/error-formats.js';
import { jsonApiErrorFormat } from './subscriptions/json-api/json-api-errors.js';

/** The surfaces whose errors are not RFC 9457 problem documents. */
export const errorFormats = new ErrorFormats({ '/subscriptions': jsonApiErrorFormat });
