/** The statuses of an order item, from least to most advanced; the last three are ends without an activation. */
export const itemStatuses = [
  'pending',
  'submitted_to_provider',
  'accepted',
  'scheduled',
  'in_progress',
  'completed',
  'active',
  'failed',
  'cancelled',
  'rejected',
] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** The statuses to which an item can move from each status. A scheduled item can be scheduled again. */
export const transitions: Readonly<Record<ItemStatus, readonly ItemStatus[]>> = {
  pending: ['submitted_to_provider', 'accepted', 'rejected', 'cancelled'],
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

/** The statuses in which the provider has not answered yet. */
export const unansweredStatuses = ['pending', 'submitted_to_provider'] as const satisfies ItemStatus[];

/** The statuses in which an item has ended without a delivery, so that its promo code is returned. */
export const voidStatuses = ['rejected', 'cancelled'] as const satisfies ItemStatus[];

/**
 * The statuses in which nothing is left to do, so that the provider will soon see no personal data any more. An item that
 * failed can be scheduled again.
 */
export const endedStatuses = [
  'completed',
  'active',
  'failed',
  'cancelled',
  'rejected',
] as const satisfies ItemStatus[];

/** The statuses in which a cancellation by the reseller takes effect immediately. */
export const cancellableStatuses = [
  'pending',
  'submitted_to_provider',
  'accepted',
] as const satisfies ItemStatus[];

/** The statuses in which the provider must agree to a cancellation, because work has been planned or done. */
export const cancelRequestStatuses = ['scheduled', 'in_progress'] as const satisfies ItemStatus[];

/** Returns whether the status is in the list. */
export const isItemStatusIn = (list: readonly ItemStatus[], status: ItemStatus) => list.includes(status);

/** Returns whether nothing can change any more. */
export const isFinalStatus = (status: ItemStatus) => transitions[status].length === 0;

/**
 * Returns whether a provider can send the status for an item. The same status again changes only what is sent with it.
 */
export const canMoveItem = (from: ItemStatus, to: ItemStatus) =>
  transitions[from].includes(to) || (from === to && !isFinalStatus(from));

/** The statuses of items that are being worked on, from least to most advanced. */
const liveStatuses: readonly ItemStatus[] = [
  'pending',
  'submitted_to_provider',
  'accepted',
  'scheduled',
  'in_progress',
];

/** Of the items that have ended, the first of these that occurs is the status of the order. */
const endStatuses: readonly ItemStatus[] = ['active', 'completed', 'failed', 'cancelled', 'rejected'];

/**
 * Returns the status of an order: that of its least advanced item in progress or, if all items have ended, the best end
 * that an item has reached.
 */
export function orderStatus(items: readonly { status: ItemStatus }[]): ItemStatus {
  const found = [...liveStatuses, ...endStatuses].find((status) =>
    items.some((item) => item.status === status),
  );
  return found ?? 'cancelled';
}
