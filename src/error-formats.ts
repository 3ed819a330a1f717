import { ErrorFormats } from './http/error-formats.js';
import { oauthErrorFormat } from './oauth/oauth-errors.js';
import { subscriptionsAlias, subscriptionsPath } from './subscriptions/json-api/base-path.js';
import { jsonApiErrorFormat } from './subscriptions/json-api/json-api-errors.js';

/** Error formats by path prefix; all other paths use RFC 9457 problem documents. */
export const errorFormats = new ErrorFormats({
  [subscriptionsPath]: jsonApiErrorFormat,
  [subscriptionsAlias]: jsonApiErrorFormat,
  '/oauth': oauthErrorFormat,
});
