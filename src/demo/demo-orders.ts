import type { INestApplicationContext } from '@nestjs/common';
import { Encryption } from '../encryption/encryption.js';
import type { ItemStatus } from '../orders/lifecycle/item-status.js';
import { OrderCancelling } from '../orders/lifecycle/order-cancelling.service.js';
import { ProviderMoves } from '../orders/lifecycle/provider-moves.service.js';
import { PlacingService } from '../orders/placing/placing.service.js';
import type { Caller } from '../teams/caller.js';

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString();

/** What the demo provider sends with a status. */
const details: Partial<Record<ItemStatus, () => object>> = {
  rejected: () => ({ reasonCode: 'not_serviceable', providerNotes: 'There is no line to this address.' }),
  scheduled: () => ({
    scheduledFor: inDays(2),
    scheduledUntil: inDays(2.2),
    milestones: [{ name: 'Router shipped', plannedFor: inDays(1), reachedAt: null }],
  }),
  in_progress: () => ({ jeopardy: { reason: 'The cable duct is blocked.', expectedAt: inDays(9) } }),
  failed: () => ({ reasonCode: 'customer_absent', providerNotes: 'Nobody was at home.' }),
};

/** The moves of the provider in each of the demo orders, and whether the reseller then cancels it. */
const journeys: readonly { moves: readonly ItemStatus[]; isCancelled?: boolean }[] = [
  { moves: [] },
  { moves: ['accepted'] },
  { moves: ['accepted', 'scheduled'] },
  { moves: ['accepted', 'scheduled', 'in_progress'] },
  { moves: ['accepted', 'scheduled', 'in_progress', 'completed'] },
  { moves: ['accepted', 'scheduled', 'in_progress', 'completed', 'active'] },
  { moves: ['accepted', 'active'] },
  { moves: ['accepted', 'scheduled', 'in_progress', 'failed'] },
  { moves: ['rejected'] },
  { moves: ['accepted'], isCancelled: true },
  // The provider is asked to cancel.
  { moves: ['accepted', 'scheduled'], isCancelled: true },
];
const customers = ['Maria Sample', 'José Example', 'Priya Test', 'Liam Placeholder', 'Zoë Specimen'];

/**
 * Places orders with items in every status that items get, if personal data can be encrypted. (An item is `pending` only
 * until it has been routed to its provider, in the transaction that places the order.)
 * @param offers IDs of offers that the reseller sees
 */
export async function createDemoOrders(
  app: INestApplicationContext,
  { reseller, provider }: { reseller: Caller; provider: Caller },
  offers: readonly string[],
): Promise<void> {
  if (!app.get(Encryption).isConfigured) return;
  for (const [index, { moves, isCancelled = false }] of journeys.entries()) {
    const offerIds = [0, 1].map((step) => offers[(index + step) % offers.length]);
    const { id, json } = await app.get(PlacingService).place(reseller, orderBody(index, offerIds));
    const { items } = JSON.parse(json) as { items: { itemId: string }[] };
    for (const { itemId } of items)
      for (const status of moves)
        await app.get(ProviderMoves).updateStatus(provider, itemId, { status, ...details[status]?.() });
    if (isCancelled)
      await app.get(OrderCancelling).cancel(reseller, id, { reason: 'The customer moves to another city.' });
  }
}

function orderBody(index: number, offerIds: readonly (string | undefined)[]) {
  const fullName = customers[index % customers.length] ?? '';
  return {
    items: offerIds.map((offerId) => ({ offerId })),
    customerInfo: {
      fullName,
      email: `customer${index}@customer.example`,
      phone: `(415) 555-01${10 + index}`,
    },
    serviceAddress: {
      street: `${index + 1} Market St`,
      city: 'San Francisco',
      state: 'CA',
      zipCode: '94102',
      country: 'US',
    },
    externalId: `demo-${index + 1}`,
    notes: 'Please call before the visit.',
  };
}
