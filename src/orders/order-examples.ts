import { exampleIdIn } from '../lazy-swagger/example-ids.js';

const customer = {
  customerInfo: { fullName: 'Maria Sample', email: 'maria@example.com', phone: '(415) 555-0134' },
  serviceAddress: {
    street: '1 Market St, Apt 4',
    city: 'San Francisco',
    state: 'CA',
    zipCode: '94102',
    country: 'US',
  },
};

/** Examples of orders for the documentation. */
export const orderExamples = {
  offer: {
    summary: 'An offer of the catalog',
    value: { items: [{ offerId: exampleIdIn('/reseller/catalog') }], ...customer },
  },
  notes: {
    summary: 'With your own ID, notes and metadata',
    value: {
      items: [{ offerId: exampleIdIn('/reseller/catalog') }],
      ...customer,
      externalId: 'crm-order-4711',
      notes: 'Please call before the visit.',
      metadata: { referralSource: 'store 12' },
    },
  },
};

/** Examples of searches for the documentation. */
export const searchExamples = {
  email: { summary: 'By e-mail address', value: { customerEmail: 'maria@example.com' } },
  name: {
    summary: 'By name and status',
    value: { customerName: 'Sample', status: 'submitted_to_provider', limit: 10 },
  },
};
