import type { Subject } from '../subjects/subject.js';

const recurringPrice = {
  currency: 'EUR',
  grossPrice: 19.9,
  taxIncluded: true,
  priceType: 'RECURRING',
  boundMonths: 12,
  billingCycle: { period: 'MONTHLY', interval: 1 },
};
const count = 20;

/**
 * Creates product offerings and a promo code for them.
 * @returns the paths that read the offerings with the code applied
 */
export async function createPromoOfferings(
  service: Subject,
  headers: Record<string, string>,
): Promise<string[]> {
  const create = async (path: string, body: object) => {
    const response = await service.send({ method: 'POST', path, headers, body: JSON.stringify(body) });
    if (response.status !== 201)
      throw new Error(`${path}: ${response.status} ${JSON.stringify(response.body)}`);
    return response.body as Record<string, string>;
  };
  const promoCode = `BENCH-${Date.now().toString(36).toUpperCase()}`;
  const { discountId } = await create('/discounts', {
    description: 'A quarter off',
    tag: 'bench',
    kind: 'PERCENT',
    percent: 25,
  });
  await create('/discounts/promotions', { discountId, promoCode, discountPeriodMonths: 12 });
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { productId } = await create('/products', {
      name: `Talk ${index}`,
      internalName: `talk-${index}`,
      type: 'SUBSCRIPTION',
      category: 'SUBSCRIPTION_CELL',
      networkProviderId: 'net-a',
      features: { dataMb: 20_480 },
      requirements: { 'subscriber.address': 'VERIFIED' },
    });
    const { productOfferingId } = await create('/product-offerings', {
      name: `Talk ${index} for 12 months`,
      productId,
      customerType: 'CONSUMER',
      price: recurringPrice,
    });
    paths.push(`/product-offerings/${productOfferingId}?promoCode=${promoCode}`);
  }
  return paths;
}
