type Json = Record<string, unknown>;

/**
 * The tags in the order in which a reader needs them. Within a tag, paths follow the order of `paths`, which each stand
 * for all paths below them.
 */
export const tags: readonly { name: string; description: string; paths: readonly string[] }[] = [
  {
    name: 'Team',
    description:
      'Your own team and its API keys. `GET /team` is a good first call: it shows whose key you use.',
    paths: ['/team', '/team/api-keys'],
  },
  {
    name: 'Licenses',
    description:
      'Licenses and registrations that your team holds, by which rules decide what it may offer and sell.',
    paths: ['/team/licenses'],
  },
  {
    name: 'Provider offers',
    description: 'Providers publish offers here, one by one or in bulk. Resellers see those that are active.',
    paths: ['/provider/offers', '/provider/feeds', '/provider/imports'],
  },
  {
    name: 'Compliance',
    description:
      'What the automated check of the rules says about offers, and the rules: broadband labels, all-in prices, licenses, electricity facts labels. It is a self-check, not legal advice.',
    paths: ['/compliance/rule-sets', '/provider/compliance'],
  },
  {
    name: 'Reseller catalog',
    description:
      'Resellers find the offers that they can sell: listing and search, comparison, availability by ZIP code, and a feed of changes for a copy of the catalog.',
    paths: [
      '/reseller/catalog',
      '/reseller/catalog/availability',
      '/reseller/catalog/compare',
      '/reseller/catalog/changes',
    ],
  },
  {
    name: 'Reseller orders',
    description:
      'Resellers order offers of several providers for a customer in one go, and follow how each provider fulfils its part.',
    paths: ['/reseller/orders', '/reseller/stats', '/reseller/customers'],
  },
  {
    name: 'Provider orders',
    description: 'Providers fulfil the items of orders that concern them.',
    paths: ['/provider/orders', '/provider/order-settings', '/provider/stats'],
  },
  {
    name: 'Events',
    description:
      'What has happened to your team: orders, offers, partnerships, keys. Events are read here, or received by webhook endpoints.',
    paths: ['/events', '/events/settings'],
  },
  {
    name: 'Webhooks',
    description:
      'Endpoints of your own to which the events of your team are sent, and their deliveries. `docs/webhooks.md` explains signatures, order and retries.',
    paths: ['/webhooks/endpoints', '/webhooks/deliveries'],
  },
  {
    name: 'Preferred partners',
    description: 'The resellers that see a provider’s offers with `preferred` visibility.',
    paths: ['/provider/partners/preferred'],
  },
  {
    name: 'Products',
    description:
      'What a provider sells, without a price for customers. Product offerings and subscription offerings refer to products.',
    paths: ['/products'],
  },
  {
    name: 'Product offerings',
    description: 'A product with a price for one type of customer, in groups and catalogs.',
    paths: ['/product-offering-groups', '/product-offerings', '/product-catalogs'],
  },
  {
    name: 'Promotions',
    description: 'Discounts, and the promotions that give them to customers who enter a promo code.',
    paths: ['/discounts', '/discounts/promotions', '/discounts/promotions/promo-code'],
  },
  {
    name: 'Subscription products',
    description: 'The products of a provider in JSON:API format. They are the same as under `/products`.',
    paths: ['/subscriptions/products'],
  },
  {
    name: 'Subscription plans',
    description: 'How often a subscription is billed, how long it runs, and how its price is calculated.',
    paths: ['/subscriptions/plans'],
  },
  {
    name: 'Subscription offerings',
    description:
      'Products and plans that customers can subscribe to together. An offering contains copies of them, so later changes of the originals do not affect it.',
    paths: [
      '/subscriptions/offerings',
      '/subscriptions/offerings/{id}/products',
      '/subscriptions/offerings/{id}/plans',
    ],
  },
  {
    name: 'Access tokens',
    description: 'For clients that require OAuth 2.0. All others send the API key in a header.',
    paths: ['/oauth'],
  },
  {
    name: 'Admin',
    description: 'The operator creates teams and gives them their first API key.',
    paths: ['/admin/teams'],
  },
  {
    name: 'Operation',
    description: 'Health checks, metrics and the descriptions of problem types.',
    paths: ['/', '/health', '/metrics', '/problems'],
  },
];

/**
 * Adds the descriptions of the tags, and sorts the paths in reading order: what the paths of a tag have in common first,
 * then special operations, and paths that can only be deleted last.
 */
export function sortByTag(document: Json): void {
  const paths = Object.entries(document.paths as Record<string, Record<string, Json>>);
  const ranked = paths.map(([path, operations], index) => ({
    path,
    operations,
    ranks: [...placeOf(path, operations), index],
  }));
  ranked.sort((a, b) => compareRanks(a.ranks, b.ranks));
  document.paths = Object.fromEntries(ranked.map(({ path, operations }) => [path, operations]));
  document.tags = tags.map(({ name, description }) => ({ name, description }));
}

/** Returns the ranks of a path, most significant first. */
function placeOf(path: string, operations: Record<string, Json>): number[] {
  const name = (Object.values(operations)[0]?.tags as string[] | undefined)?.[0];
  const tag = tags.findIndex((each) => each.name === name);
  const prefixes = tags[tag]?.paths ?? [];
  const [prefix = ''] = prefixes
    .filter((each) => path === each || path.startsWith(each === '/' ? each : `${each}/`))
    .toSorted((a, b) => b.length - a.length);
  const rest = path.slice(prefix.length);
  const isMain = rest === '' || /^\/\{[^}]+\}$/.test(rest);
  const isOnlyDeleted = Object.keys(operations).every((method) => method === 'delete');
  return [tag, prefixes.indexOf(prefix), isOnlyDeleted ? 2 : isMain ? 0 : 1];
}

function compareRanks(a: number[], b: number[]): number {
  const difference = a.findIndex((rank, index) => rank !== b[index]);
  return (a[difference] ?? 0) - (b[difference] ?? 0);
}
