import type { OrderableOffer } from '../../src/catalog/ordering/orderable-offers.js';
import type { ItemStatus } from '../../src/orders/lifecycle/item-status.js';
import type { OrderSecrets } from '../../src/orders/personal-data/order-secrets.js';
import { between, chance, pickSome, uuidAt, weighted, zipf, type Random } from '../random.js';
import { epochMs, type SeedTeam } from '../seed-teams.js';
import { drawCustomer } from './people.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** After the last offer was created. */
const firstOrderMs = epochMs + 1066 * dayMs;
const lastOrderMs = firstOrderMs + 540 * dayMs;
const respondWithinMs = 48 * hourMs;

/** An offer that is ordered. */
export interface OrderedOffer extends OrderableOffer {
  providerName: string;
}

/** A change of an item's status. */
export interface SeedStep {
  id: string;
  from: ItemStatus | null;
  to: ItemStatus;
  actor: 'reseller' | 'provider' | 'system';
  timeMs: number;
  notes: string | null;
  reasonCode: string | null;
}

export interface SeedItem {
  id: string;
  offer: OrderedOffer;
  steps: SeedStep[];
  scheduledForMs: number | null;
  scheduledUntilMs: number | null;
}

export interface SeedOrder {
  id: string;
  reseller: SeedTeam;
  externalId: string | null;
  createdMs: number;
  customer: OrderSecrets;
  items: SeedItem[];
}

export const respondBy = ({ createdMs }: SeedOrder): number => createdMs + respondWithinMs;

const drawCount = weighted([
  [1, 65],
  [2, 22],
  [3, 9],
  [5, 4],
] as const);

/** The ways that items take, with the hours that each step takes at least and at most. */
const ways: readonly (readonly [readonly ItemStatus[], number])[] = [
  [['accepted', 'scheduled', 'in_progress', 'completed', 'active'], 40],
  [['accepted', 'active'], 18],
  [['accepted', 'scheduled', 'in_progress', 'completed'], 8],
  [['rejected'], 6],
  [['cancelled'], 4],
  [['accepted', 'cancelled'], 3],
  [['accepted', 'scheduled', 'cancelled'], 2],
  [['accepted', 'scheduled', 'in_progress', 'failed'], 2],
  [['accepted', 'scheduled', 'in_progress'], 3],
  [['accepted', 'scheduled'], 5],
  [['accepted'], 4],
  [[], 4],
  // Has been stored by an earlier version, without being routed.
  [['pending'], 1],
];
const drawWay = weighted(ways);
const hoursOf: Partial<Record<ItemStatus, readonly [number, number]>> = {
  accepted: [1, 60],
  rejected: [1, 70],
  scheduled: [1, 24],
  in_progress: [24, 240],
  completed: [1, 5],
  active: [1, 48],
  failed: [1, 5],
  cancelled: [2, 90],
};
const providerNotes: Partial<Record<ItemStatus, string>> = {
  rejected: 'There is no line to this address.',
  failed: 'Nobody was at home.',
  scheduled: 'The technician calls half an hour before.',
};

const reasonCodes: Partial<Record<ItemStatus, string>> = {
  rejected: 'not_serviceable',
  failed: 'customer_unreachable',
  cancelled: 'customer_request',
};

/** Yields the orders, oldest first. */
export function* makeOrders(
  random: Random,
  { offers, resellers }: { offers: readonly OrderedOffer[]; resellers: readonly SeedTeam[] },
  count: number,
): Generator<SeedOrder> {
  const drawReseller = zipf(resellers, 0.6);
  for (let index = 0; index < count; index += 1) {
    const createdMs = firstOrderMs + Math.floor((index / count) * (lastOrderMs - firstOrderMs));
    yield {
      id: uuidAt(random, createdMs),
      reseller: drawReseller(random),
      externalId: chance(random, 0.5) ? `crm-${index + 1}` : null,
      createdMs,
      customer: drawCustomer(random, index + 1),
      items: pickSome(random, offers, drawCount(random)).map((offer) => makeItem(random, offer, createdMs)),
    };
  }
}

function makeItem(random: Random, offer: OrderedOffer, createdMs: number): SeedItem {
  const item: SeedItem = {
    id: uuidAt(random, createdMs),
    offer,
    steps: [],
    scheduledForMs: null,
    scheduledUntilMs: null,
  };
  let timeMs = createdMs;
  let from: ItemStatus | null = null;
  const step = (to: ItemStatus, actor: SeedStep['actor']) => {
    const notes = actor === 'provider' && chance(random, 0.5) ? (providerNotes[to] ?? null) : null;
    item.steps.push({
      id: uuidAt(random, timeMs),
      from,
      to,
      actor,
      timeMs,
      notes,
      reasonCode: reasonCodes[to] ?? null,
    });
    from = to;
  };
  step('pending', 'reseller');
  const way = drawWay(random);
  if (way[0] === 'pending') return item;
  step('submitted_to_provider', 'system');
  for (const status of way) {
    const [low, high] = hoursOf[status] ?? [1, 1];
    timeMs += between(random, low * 60, high * 60) * minuteMs;
    if (status === 'scheduled') {
      item.scheduledForMs = Math.ceil((timeMs + between(random, 24, 240) * hourMs) / hourMs) * hourMs;
      item.scheduledUntilMs = chance(random, 0.8) ? item.scheduledForMs + 4 * hourMs : null;
    }
    // Work begins with the appointment, or some time after it was missed.
    if (status === 'in_progress' && item.scheduledForMs !== null)
      timeMs = item.scheduledForMs + (chance(random, 0.9) ? 10 * minuteMs : 30 * hourMs);
    step(status, status === 'cancelled' ? 'reseller' : 'provider');
  }
  return item;
}
