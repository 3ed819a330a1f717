import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

let counter = 0;
const next = () => (counter += 1);

async function made(reply: Promise<Reply>): Promise<Reply['body']> {
  const { status, body, text } = await reply;
  if (status !== 201) throw new Error(text);
  return body;
}

/** A product of type SUBSCRIPTION. */
export const makeProduct = (harness: Harness, team: TestTeam, more: object = {}) =>
  made(
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
        ...more,
      },
      team,
    ),
  );

export const recurring = {
  currency: 'EUR',
  grossPrice: 19.9,
  taxIncluded: true,
  priceType: 'RECURRING',
  boundMonths: 12,
  billingCycle: { period: 'MONTHLY', interval: 1 },
};

/** A product offering for consumers at 19.90 EUR a month, of a product of its own unless one is given. */
export async function makeOffering(
  harness: Harness,
  team: TestTeam,
  { price, productId, ...more }: { price?: object; productId?: string; [name: string]: unknown } = {},
) {
  const body = {
    name: `Offering ${next()}`,
    productId: productId ?? (await makeProduct(harness, team)).productId,
    customerType: 'CONSUMER',
    price: { ...recurring, ...price },
    ...more,
  };
  return made(harness.call('POST', '/product-offerings', body, team));
}

/** A promotion with a discount of its own, 25 % unless told otherwise. */
export async function makePromotion(
  harness: Harness,
  team: TestTeam,
  { percent, amounts, ...more }: { percent?: number; amounts?: object; [name: string]: unknown } = {},
) {
  const value = amounts ? { kind: 'AMOUNT', amounts } : { kind: 'PERCENT', percent: percent ?? 25 };
  const discount = await made(
    harness.call('POST', '/discounts', { description: 'Less', tag: 'test', ...value }, team),
  );
  const body = {
    discountId: discount.discountId,
    promoCode: `CODE-${next()}`,
    discountPeriodMonths: 12,
    ...more,
  };
  return made(harness.call('POST', '/discounts/promotions', body, team));
}
