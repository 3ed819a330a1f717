import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

let counter = 0;
const next = () => (counter += 1);

async function bodyOfCreated(reply: Promise<Reply>): Promise<Reply['body']> {
  const { status, body, text } = await reply;
  if (status !== 201) throw new Error(text);
  return body;
}

/** Creates a product of type SUBSCRIPTION. */
export const makeProduct = (harness: Harness, team: TestTeam, overrides: object = {}) =>
  bodyOfCreated(
    harness.call(
      'POST',
      '/products',
      {
        name: `Product ${next()}`,
        internalName: 'talk20_se',
        type: 'SUBSCRIPTION',
        category: 'SUBSCRIPTION_CELL',
        networkProviderId: 'net-a',
        features: { dataMb: 20_480 },
        requirements: { 'subscriber.address': 'VERIFIED' },
        ...overrides,
      },
      team,
    ),
  );

/** The price of a product offering: 19.90 EUR a month for at least a year. */
export const recurring = {
  currency: 'EUR',
  grossPrice: 19.9,
  taxIncluded: true,
  priceType: 'RECURRING',
  boundMonths: 12,
  billingCycle: { period: 'MONTHLY', interval: 1 },
};

/** Creates a product offering for consumers at 19.90 EUR a month, with a new product unless `productId` is given. */
export async function makeOffering(
  harness: Harness,
  team: TestTeam,
  { price, productId, ...overrides }: { price?: object; productId?: string; [name: string]: unknown } = {},
) {
  const body = {
    name: `Offering ${next()}`,
    productId: productId ?? (await makeProduct(harness, team)).productId,
    customerType: 'CONSUMER',
    price: { ...recurring, ...price },
    ...overrides,
  };
  return bodyOfCreated(harness.call('POST', '/product-offerings', body, team));
}

/** Creates a promotion with a new discount, of 25 % by default. */
export async function makePromotion(
  harness: Harness,
  team: TestTeam,
  { percent, amounts, ...overrides }: { percent?: number; amounts?: object; [name: string]: unknown } = {},
) {
  const value = amounts ? { kind: 'AMOUNT', amounts } : { kind: 'PERCENT', percent: percent ?? 25 };
  const discount = await bodyOfCreated(
    harness.call('POST', '/discounts', { description: 'Less', tag: 'test', ...value }, team),
  );
  const body = {
    discountId: discount.discountId,
    promoCode: `CODE-${next()}`,
    discountPeriodMonths: 12,
    ...overrides,
  };
  return bodyOfCreated(harness.call('POST', '/discounts/promotions', body, team));
}
