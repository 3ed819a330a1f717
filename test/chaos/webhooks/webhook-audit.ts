import { Webhook } from 'standardwebhooks';
import type { ItemStatus } from '../../../src/orders/lifecycle/item-status.js';
import type { Receipt } from './receivers.js';

/** An event, as `GET /events` shows it. */
export interface AuditedEvent {
  id: string;
  event: string;
  data: { itemId?: string; newStatus?: string };
}

/** An endpoint, and the events of its team. */
export interface AuditedEndpoint {
  secret: string;
  /** The types that it subscribes to; all if it is empty. */
  types: readonly string[];
  events: readonly AuditedEvent[];
}

/** An order item, as it is stored. */
export interface AuditedItem {
  itemId: string;
  history: { status: ItemStatus; previousStatus: ItemStatus | null }[];
}

/** Returns the events that an endpoint must receive, in their order. */
export const dueEvents = ({ types, events }: AuditedEndpoint): AuditedEvent[] =>
  events.filter(({ event }) => types.length === 0 || types.includes(event));

const isAccepted = ({ status }: Receipt) => status !== undefined && status >= 200 && status < 300;

/** Returns how many events have not been accepted by their endpoints. */
export function countMissing(endpoints: readonly AuditedEndpoint[], receipts: readonly Receipt[]): number {
  const accepted = new Set(
    receipts.filter(isAccepted).map(({ endpoint, headers }) => `${endpoint} ${headers['webhook-id']}`),
  );
  return endpoints.reduce(
    (sum, each, index) => sum + dueEvents(each).filter(({ id }) => !accepted.has(`${index} ${id}`)).length,
    0,
  );
}

/** Returns how what the receivers got differs from what they should have got. */
export function auditReceipts(endpoints: readonly AuditedEndpoint[], receipts: readonly Receipt[]): string[] {
  const faults: string[] = [];
  if (receipts.some(({ endpoint }) => endpoint < 0)) faults.push('a redirect was followed');
  for (const [index, endpoint] of endpoints.entries()) {
    const own = receipts.filter((receipt) => receipt.endpoint === index);
    const due = dueEvents(endpoint);
    faults.push(
      ...[...contentFaults(endpoint, due, own), ...orderFaults(due, own), ...overlaps(own)].map(
        (fault) => `endpoint ${index}: ${fault}`,
      ),
    );
  }
  return faults;
}

/** Checks that each request is signed, and contains an event that the endpoint must receive, always the same bytes. */
function contentFaults({ secret }: AuditedEndpoint, due: AuditedEvent[], receipts: Receipt[]): string[] {
  const webhook = new Webhook(secret);
  const bytesOf = new Map(due.map((event) => [event.id, JSON.stringify(event)]));
  return receipts.flatMap(({ headers, body }) => {
    const id = headers['webhook-id'] ?? '';
    const bytes = bytesOf.get(id);
    if (bytes === undefined) return [`${id} was not for it`];
    if (body === undefined) return [];
    if (body !== bytes) return [`${id} has other bytes than in GET /events`];
    try {
      webhook.verify(body, headers);
      return [];
    } catch (cause) {
      return [`${id}: ${(cause as Error).message}`];
    }
  });
}

/** Checks that every event was accepted, and sent only after all earlier ones of its item had been accepted. */
function orderFaults(due: AuditedEvent[], receipts: Receipt[]): string[] {
  const faults: string[] = [];
  const byId = groupBy(receipts, ({ headers }) => headers['webhook-id']);
  for (const [itemId, events] of groupBy(due, ({ data }) => data.itemId)) {
    let previous: { receipts: Receipt[]; acceptedAt: number } = { receipts: [], acceptedAt: 0 };
    for (const { id, event } of events) {
      const sent = byId.get(id) ?? [];
      const acceptedAt = Math.min(...sent.filter(isAccepted).map(({ ended = Infinity }) => ended));
      const name = `${event} ${id} of ${itemId}`;
      if (acceptedAt === Infinity) faults.push(`${name} was never accepted: ${describe(sent)}`);
      if ((sent[0]?.began ?? Infinity) < previous.acceptedAt)
        faults.push(
          `${name} was sent before the previous one was accepted: ${describe(sent)}, after ${describe(previous.receipts)}`,
        );
      previous = { receipts: sent, acceptedAt };
    }
  }
  return faults;
}

/** Returns from when to when each request was running, who sent it, and how it was answered. */
const describe = (receipts: readonly Receipt[]): string =>
  receipts
    .map(
      ({ began, ended, from, behaviour, status }) =>
        `${began}-${ended} from ${from}: ${behaviour} ${status ?? ''}`,
    )
    .join(', ');

/** Checks that no two processes were sending at the same time, and nobody two requests about the same item. */
function overlaps(receipts: Receipt[]): string[] {
  const faults: string[] = [];
  let running: Receipt[] = [];
  for (const receipt of receipts) {
    running = running.filter(({ ended = Infinity }) => ended > receipt.began);
    for (const other of running) {
      const ids = `${other.headers['webhook-id']} and ${receipt.headers['webhook-id']}`;
      if (other.from !== receipt.from)
        faults.push(`${other.from} and ${receipt.from} were sending at the same time: ${ids}`);
      else if (itemOf(other) !== undefined && itemOf(other) === itemOf(receipt))
        faults.push(`${ids} of the same item were sent at the same time`);
    }
    running.push(receipt);
  }
  return faults;
}

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

const itemOf = ({ body }: Receipt) =>
  body === undefined ? undefined : (JSON.parse(body) as AuditedEvent).data.itemId;

/** Checks that the events of the teams are exactly those that follow from the histories of the items. */
export function auditEvents(
  items: readonly AuditedItem[],
  providers: readonly AuditedEvent[],
  resellers: readonly AuditedEvent[],
): string[] {
  const [byProvider, byReseller] = [providers, resellers].map((events) =>
    groupBy(events, ({ data }) => data.itemId),
  );
  return items.flatMap(({ itemId, history }) => {
    const expected = {
      provider: ['order.created', ...(history.at(-1)?.status === 'cancelled' ? ['order.cancelled'] : [])],
      reseller: history.slice(2).flatMap(({ status, previousStatus }) => eventsOf(status, previousStatus)),
    };
    const found = {
      provider: (byProvider?.get(itemId) ?? []).map(({ event }) => event),
      reseller: (byReseller?.get(itemId) ?? []).map(nameOf),
    };
    return JSON.stringify(found) === JSON.stringify(expected)
      ? []
      : [`${itemId} has the events ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`];
  });
}

const nameOf = ({ event, data }: AuditedEvent) =>
  event === 'order.status_changed' ? `${event} ${data.newStatus}` : event;

/** The events for the reseller about a move of an item; its own cancellation is not one. */
function eventsOf(status: ItemStatus, previous: ItemStatus | null): string[] {
  if (status === 'cancelled') return [];
  const isDone = status === 'completed' || (status === 'active' && previous !== 'completed');
  return [
    `order.status_changed ${status}`,
    ...(status === 'scheduled' ? ['order.scheduled'] : []),
    ...(isDone ? ['order.completed'] : []),
    ...(status === 'rejected' ? ['order.rejected'] : []),
  ];
}
