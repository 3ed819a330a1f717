/**
 * The collections of the API, with what the ID of an entry identifies. Each collection has an example ID of its own, so
 * that the documentation page can tell which object an example refers to.
 */
export const collections = {
  '/team': 'your team',
  '/team/api-keys': 'the API key',
  '/provider/offers': 'the offer',
  '/provider/partners/preferred': 'the team of the reseller',
  '/reseller/catalog': 'the offer',
  '/products': 'the product',
  '/discounts': 'the discount',
  '/discounts/promotions': 'the promotion',
  '/product-offerings': 'the product offering',
  '/product-catalogs': 'the product catalog',
  '/subscriptions/products': 'the product',
  '/subscriptions/plans': 'the plan',
  '/subscriptions/offerings': 'the offering',
  '/subscriptions/offerings/{id}/products': 'the product in the offering',
  '/subscriptions/offerings/{id}/plans': 'the plan in the offering',
  '/admin/teams': 'the team',
  '/admin/teams/{id}/api-keys': 'the API key',
  '/reseller/orders': 'the order',
  '/provider/orders': 'the order item',
  '/reseller/orders/{orderId}/items': 'the order item',
  '/webhooks/endpoints': 'the endpoint',
  '/webhooks/deliveries': 'the delivery',
  '/team/licenses': 'the license',
  '/reseller/label-views': 'the record',
  '/providers': 'the team of the provider',
} as const;

export type Collection = keyof typeof collections;

export const collectionPaths = Object.keys(collections) as Collection[];

/** Returns the example ID of a collection's entry. */
export const exampleIdIn = (collection: Collection): string =>
  `0190c3de-0000-7000-8000-0000000001${collectionPaths.indexOf(collection).toString(16).padStart(2, '0')}`;

/** The example of IDs without a collection. In a body, the documentation page replaces it with the ID in the path. */
export const defaultExampleId = '0190c3de-0000-7000-8000-000000000001';
