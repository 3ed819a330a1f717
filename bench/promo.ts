import type { Subject } from './subject.js';

const recurring = {
  currency: 'EUR',
  grossPrice: 19.9,
  taxIncluded: true,
  priceType: 'RECURRING',
  boundMonths: 12,
  billingCycle: { period: 'MONTHLY', interval: 1 },
};

/** Makes product offerings and a code for them. @returns the paths that show them at the price with the code */
export async function shownWithPromo(service: Subject, headers: Record<string, string>): Promise<string[]> {
  const make = async (path: string, body: object) => {
    const answer = await service.send({ method: 'POST', path, headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, string>;
  };
  const promoCode = `BENCH-${Date.now().toString(36).toUpperCase()}`;
  const { discountId } = await make('/discounts', {
    description: 'A quarter less',
    tag: 'bench',
    kind: 'PERCENT',
    percent: 25,
  });
  await make('/discounts/promotions', { discountId, promoCode, discountPeriodMonths: 12 });
  const paths: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const { productId } = await make('/products', {
      name: `Talk ${index}`,
      internalName: `talk-${index}`,
      type: 'SUBSCRIPTION',
      category: 'SUBSCRIPTION_CELL',
      networkProviderId: 'net-a',
      features: { dataMb: 20_480 },
      requirements: { 'subscriber.address': 'VERIFIED' },
    });
    const { productOfferingId } = await make('/product-offerings', {
      name: `Talk ${index} for 12 months`,
      productId,
      customerType: 'CONSUMER',
      price: recurring,
    });
    paths.push(`/product-offerings/${productOfferingId}?promoCode=${promoCode}`);
  }
  return paths;
}
