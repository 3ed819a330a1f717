import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

export const customerInfo = {
  fullName: 'Zoë Quastenflosser',
  email: 'Zoe.Quasten@mail.example',
  phone: '(415) 555-0134',
};

export const serviceAddress = {
  street: '17 Hidden Hollow Lane',
  city: 'San Francisco',
  state: 'CA',
  zipCode: '94102',
  country: 'US',
};

/** A body for `POST /reseller/orders`. An item is the ID of an offer, or an item of the body. */
export const orderBody = (items: readonly (string | object)[], more: object = {}) => ({
  items: items.map((item) => (typeof item === 'string' ? { offerId: item } : item)),
  customerInfo,
  serviceAddress,
  ...more,
});

export const postOrder = (
  harness: Harness,
  team: TestTeam,
  items: readonly (string | object)[],
  more: object = {},
): Promise<Reply> => harness.call('POST', '/reseller/orders', orderBody(items, more), team);

/** Places an order and returns it. */
export async function makeOrder(
  harness: Harness,
  team: TestTeam,
  items: readonly (string | object)[],
  more: object = {},
): Promise<Reply['body']> {
  const reply = await postOrder(harness, team, items, more);
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body;
}

/** Creates an active offer and returns its ID. */
export async function makeOffer(harness: Harness, team: TestTeam, more: object = {}): Promise<string> {
  const body = { name: 'Fibre 500', status: 'active', monthlyPrice: 44.5, ...more };
  const reply = await harness.call('POST', '/provider/offers', body, team);
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body.id as string;
}
