import { exampleIdIn } from '../lazy-swagger/example-ids.js';

/** Bodies of requests that create a product offering, for the documentation. */
export const newProductOfferings = {
  monthly: {
    summary: 'A monthly price in a group',
    value: {
      name: 'Talk 20',
      productId: exampleIdIn('/products'),
      productOfferingGroupId: 'mobile-plans',
      customerType: 'CONSUMER',
      status: 'AVAILABLE',
      price: {
        grossPrice: 19.9,
        taxIncluded: true,
        currency: 'EUR',
        priceType: 'RECURRING',
        boundMonths: 12,
        billingCycle: { period: 'MONTHLY', interval: 1 },
      },
    },
  },
  currencies: {
    summary: 'With a price in a second currency',
    value: {
      name: 'Talk 20 abroad',
      productId: exampleIdIn('/products'),
      customerType: 'CONSUMER',
      status: 'AVAILABLE',
      description: '20 GB and free calls.',
      price: {
        grossPrice: 24.9,
        taxIncluded: true,
        currency: 'EUR',
        priceType: 'RECURRING',
        billingCycle: { period: 'MONTHLY', interval: 1 },
        currencyOptions: { USD: { grossPrice: 26.5, taxIncluded: false } },
      },
    },
  },
};
