import { readSource } from '../support/source-files.js';
import { OpenApiCheck } from '../support/openapi-check.js';

/** Every POST that does not honour `Idempotency-Key`, with the reason. */
const exceptions: Record<string, string> = {
  'POST /reseller/catalog/availability': 'reads; the POST only carries a list',
  'POST /provider/compliance/evaluate': 'reads; the POST only carries an offer',
  'POST /reseller/orders/search': 'reads; the POST keeps personal data out of the URL',
  'POST /reseller/customers/export': 'reads; the POST keeps personal data out of the URL',
  'POST /provider/offers/bulk': 'streams; lines find the offer that they create or change by its keys',
  'POST /products/bulk': 'streams; lines find the product that they create or change by its keys',
  'POST /product-offerings/bulk': 'streams; lines find the offering that they create or change by its keys',
  'POST /oauth/access_token': 'stores nothing; each token is as good as another',
};

/** Every PATCH that honours it, because it moves something on instead of setting it. */
const patches = [
  'PATCH /provider/orders/{itemId}/status',
  'PATCH /provider/orders/{itemId}/cancellation',
  'PATCH /reseller/orders/{orderId}/cancel',
];

const openapi = new OpenApiCheck(JSON.parse(readSource('openapi.json')) as Record<string, unknown>);
const operations = openapi.operations().map(({ method, path, operation }) => ({
  name: `${method.toUpperCase()} ${path}`,
  operation,
  honours: (operation.parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
}));
const namesOf = (list: typeof operations) => list.map(({ name }) => name).toSorted();

it('every POST honours Idempotency-Key, or has a reason not to', () => {
  const posts = operations.filter(({ name }) => name.startsWith('POST '));
  expect(posts.length).toBeGreaterThan(20);
  expect(namesOf(posts.filter(({ honours }) => !honours))).toEqual(Object.keys(exceptions).toSorted());
});

it('only those PATCH operations honour it that are listed, and no other methods', () => {
  const others = operations.filter(({ name, honours }) => honours && !name.startsWith('POST '));
  expect(namesOf(others)).toEqual(patches.toSorted());
});

it('operations that honour it document the errors and the response header', () => {
  for (const { name, operation, honours } of operations) {
    const codes = ['409', '422'].flatMap((status) => {
      const { content = {} } = openapi.resolve(operation.responses[status] ?? {});
      return Object.values(content as Record<string, { examples?: object }>).flatMap(({ examples }) =>
        Object.keys(examples ?? {}).filter((code) => code.startsWith('IDEMPOTENCY_')),
      );
    });
    const expected = honours ? ['IDEMPOTENCY_KEY_IN_USE', 'IDEMPOTENCY_KEY_REUSED'] : [];
    expect([name, codes]).toEqual([name, expected]);
    const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    for (const [, { headers = {} }] of successes)
      expect([name, 'Idempotency-Replayed' in (headers as object)]).toEqual([name, honours]);
  }
});

it('docs/idempotency.md lists the exceptions', () => {
  const text = readSource('docs/idempotency.md');
  for (const name of [...Object.keys(exceptions), ...patches]) expect(text).toContain(`\`${name}\``);
});
