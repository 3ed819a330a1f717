import { MissingRoutes } from './http/routes/missing-routes.js';

const noCustomers = 'this service does not have the subscriptions of customers yet';

/**
 * Paths that clients of the services that this API is compatible with may call. They are not faked, because they concern
 * objects that do not exist yet, or are found elsewhere. docs/clients.md describes most of them.
 */
export const missingRoutes = new MissingRoutes([
  [
    /^\/subscriptions\/[^/]+\/(addons\/)?(product-offering|addon|topup|top-up)-options\/?$/,
    `${noCustomers}; GET /product-offerings lists what can be sold`,
  ],
  [
    /^(\/v2)?\/subscriptions\/(subscriptions|subscribers|invoices|jobs|schedules|imports|dunning-rules|proration-policies)(\/|$)/,
    `${noCustomers}; there are only /subscriptions/products, /subscriptions/plans and /subscriptions/offerings`,
  ],
  [/^\/v2\/(?!subscriptions(\/|$))/, 'only /v2/subscriptions is available with the prefix /v2'],
  [/^\/api\/v2\//, 'paths have no prefix here; remove /api/v2 from the base URL of the client'],
  [
    /^\/orders(\/|$)/,
    'resellers place orders with POST /reseller/orders; providers find them at GET /provider/orders',
  ],
  [
    /^\/webhooks\/?$/,
    'webhook endpoints are at /webhooks/endpoints; GET /events returns the same events without one',
  ],
]);
