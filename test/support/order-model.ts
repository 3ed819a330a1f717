import { between, chance, pick, type Random } from '../../seed/random.js';

/** The moves of a provider, by the statuses of the specification. */
const next: Record<string, string[]> = {
  submitted_to_provider: ['accepted', 'rejected', 'cancelled'],
  accepted: ['scheduled', 'in_progress', 'completed', 'active', 'cancelled', 'failed'],
  scheduled: ['in_progress', 'completed', 'active', 'cancelled', 'failed', 'scheduled'],
  in_progress: ['completed', 'active', 'failed', 'cancelled', 'scheduled'],
  completed: ['active'],
  failed: ['scheduled', 'cancelled'],
  active: [],
  rejected: [],
  cancelled: [],
};
const targets = ['pending', ...Object.keys(next)];

/** The item of the reference model. */
export interface ModelItem {
  itemId: string;
  provider: number;
  promoted: boolean;
  status: string;
  asked: boolean;
  fee: number | null;
  notes: string | null;
  /** One line for each entry after the first two. */
  history: string[];
}

export interface ModelOrder {
  orderId: string;
  items: ModelItem[];
}

/** A request of one side. */
export type Action =
  | { kind: 'move'; item: ModelItem; provider: number; status: string; notes?: string }
  | { kind: 'answer'; item: ModelItem; provider: number; decision: string; fee?: number; notes?: string }
  | { kind: 'cancel'; order: ModelOrder; items?: ModelItem[] };

/** Draws an action, which is often one that is not possible. */
export function drawAction(random: Random, order: ModelOrder): Action {
  const item = pick(random, order.items);
  const provider = chance(random, 0.03) ? 1 - item.provider : item.provider;
  const notes = chance(random, 0.5) ? `note ${between(random, 0, 1e9)}` : undefined;
  const kind = random();
  if (kind < 0.2) return { kind: 'cancel', order, items: chance(random, 0.6) ? [item] : undefined };
  if (kind < 0.4) {
    const decision = chance(random, 0.6) ? 'accept' : 'decline';
    const fee = chance(random, 0.4) ? between(random, 0, 50) : undefined;
    return { kind: 'answer', item, provider, decision, notes, fee };
  }
  const possible = next[item.status] ?? [];
  // Most moves are slow ones, so that items live long enough for all other actions.
  const slow = possible.filter(
    (status) => !['rejected', 'cancelled', 'completed', 'active'].includes(status),
  );
  const others = chance(random, 0.2) ? targets : [...possible, item.status];
  const status = pick(random, chance(random, 0.6) && slow.length > 0 ? slow : others);
  return { kind: 'move', item, provider, status, notes };
}

/** Applies an action to the model, and returns the status of the response. */
export function applyAction(action: Action): number {
  if (action.kind === 'cancel') {
    const done = (action.items ?? action.order.items).filter(cancel);
    return done.length > 0 ? 200 : 409;
  }
  if (action.provider !== action.item.provider) return 404;
  return action.kind === 'answer' ? answer(action) : move(action);
}

function cancel(item: ModelItem): boolean {
  if (['submitted_to_provider', 'accepted'].includes(item.status)) {
    enter(item, 'cancelled', 'reseller status_changed', null);
    return true;
  }
  if (!['scheduled', 'in_progress'].includes(item.status) || item.asked) return false;
  item.asked = true;
  enter(item, item.status, 'reseller cancellation_requested', null);
  return true;
}

function answer({ item, decision, fee, notes }: Action & { kind: 'answer' }): number {
  if (decision === 'decline' && (notes === undefined || fee !== undefined)) return 400;
  if (!item.asked) return 409;
  item.asked = false;
  item.notes = notes ?? item.notes;
  if (decision === 'accept') item.fee = fee ?? null;
  const status = decision === 'accept' ? 'cancelled' : item.status;
  enter(
    item,
    status,
    `provider cancellation_${decision === 'accept' ? 'accepted' : 'declined'}`,
    notes ?? null,
  );
  return 200;
}

function move({ item, status, notes }: Action & { kind: 'move' }): number {
  const possible = next[item.status] ?? [];
  const isSame = status === item.status;
  if (!possible.includes(status) && !(isSame && possible.length > 0)) return 409;
  const closes = item.asked && ['completed', 'active', 'cancelled'].includes(status);
  const event = closes
    ? `cancellation_${status === 'cancelled' ? 'accepted' : 'declined'}`
    : isSame
      ? 'updated'
      : 'status_changed';
  if (closes) item.asked = false;
  item.notes = notes ?? item.notes;
  enter(item, status, `provider ${event}`, notes ?? null);
  return 200;
}

function enter(item: ModelItem, status: string, who: string, notes: string | null): void {
  item.history.push(`${item.status} -> ${status} ${who} ${notes}`);
  item.status = status;
}
