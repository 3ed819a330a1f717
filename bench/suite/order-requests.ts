import type { BenchRequest } from '../load/load-generator.js';
import type { Subject } from '../subjects/subject.js';
import type { Fixtures } from './fixtures.js';

interface ListedOffer {
  id: string;
  submissionConfig: { formFields?: { required?: boolean }[] } | null;
}

const itemsPerOrder = 3;
const maxOrders = 30;

/** Returns requests that place orders, each for offers of the catalog that are available at the address. */
export async function orderRequests(
  { resellers, zipCodes }: Fixtures,
  service: Subject,
): Promise<BenchRequest[]> {
  const [zipCode = '94102'] = zipCodes;
  const perTeam: BenchRequest[][] = [];
  for (const { key } of resellers) {
    const headers = { 'x-api-key': key };
    const path = `/reseller/catalog?zipCode=${zipCode}&limit=100`;
    const { body } = await service.send({ method: 'GET', path, headers });
    const ids = (body as ListedOffer[])
      .filter(({ submissionConfig }) => !submissionConfig?.formFields?.some(({ required }) => required))
      .map(({ id }) => id);
    const count = Math.min(maxOrders, Math.floor(ids.length / itemsPerOrder));
    if (count === 0) throw new Error('A reseller cannot order anything');
    perTeam.push(
      Array.from({ length: count }, (_, index) => {
        const items = ids.slice(index * itemsPerOrder, (index + 1) * itemsPerOrder);
        return { method: 'POST', path: '/reseller/orders', headers, body: orderBody(items, zipCode) };
      }),
    );
  }
  // Team by team in turn, like the other cases.
  const [first = []] = perTeam;
  return first.flatMap((_, index) => perTeam.flatMap((requests) => requests[index] ?? []));
}

/** Each run of `@` is replaced with the digits of a counter. */
const orderBody = (ids: readonly string[], zipCode: string) =>
  JSON.stringify({
    items: ids.map((offerId) => ({ offerId })),
    externalId: 'BENCH-@@@@@@@@@@@@@@@@',
    customerInfo: { fullName: 'Maria Sample', email: 'maria@customer.example', phone: '(415) 555-0134' },
    serviceAddress: {
      street: '1 Market St, Apt 4',
      city: 'San Francisco',
      state: 'CA',
      zipCode,
      country: 'US',
    },
    notes: 'Please call before the visit.',
    metadata: { referralSource: 'store 12' },
  }).replace('maria@', 'maria\\u0040');
