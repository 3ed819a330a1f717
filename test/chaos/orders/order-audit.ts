import { transitions, type ItemStatus } from '../../../src/orders/lifecycle/item-status.js';
import { jsonOf, type TeamClient } from '../load/client.js';

export const itemsPerOrder = 3;

export interface StormTeam {
  id: string;
  client: TeamClient;
}

/** What the clients know. */
export interface OrderLedger {
  /** The reseller that has used each idempotency key. */
  keys: Map<string, string>;
  /** The confirmed order of each key. */
  orders: Map<string, string>;
  /** Confirmed moves of items. */
  moves: { itemId: string; status: string }[];
}

interface HistoryEntry {
  status: ItemStatus;
  previousStatus: ItemStatus | null;
}

export interface StoredItem {
  itemId: string;
  status: ItemStatus;
  version: number;
  history: HistoryEntry[];
}

interface StoredOrder {
  orderId: string;
  metadata: { key: string };
  items: StoredItem[];
}

/** Reads all orders of resellers, with the team of each. */
export async function readOrders(
  resellers: readonly StormTeam[],
): Promise<{ team: string; order: StoredOrder }[]> {
  const orders: { team: string; order: StoredOrder }[] = [];
  for (const { id: team, client } of resellers)
    for (const { orderId } of await readAll<{ orderId: string }>(client, '/reseller/orders?limit=100'))
      orders.push({ team, order: jsonOf(await client.send('GET', `/reseller/orders/${orderId}`)) });
  return orders;
}

/** Returns how what is stored differs from what the clients know. */
export async function auditOrders({
  keys,
  orders,
  moves,
  resellers,
  providers,
}: OrderLedger & { resellers: StormTeam[]; providers: StormTeam[] }): Promise<string[]> {
  const faults: string[] = [];
  const stored = new Map<string, StoredOrder[]>();
  for (const { team, order } of await readOrders(resellers)) {
    const { key } = order.metadata;
    stored.set(key, [...(stored.get(key) ?? []), order]);
    if (keys.get(key) !== team) faults.push(`${key} was stored for another team`);
  }
  for (const key of keys.keys()) {
    const found = stored.get(key) ?? [];
    if (found.length !== 1) faults.push(`${key} has ${found.length} orders`);
    const confirmed = orders.get(key);
    if (confirmed !== undefined && !found.some(({ orderId }) => orderId === confirmed))
      faults.push(`${key}: the confirmed order ${confirmed} is missing`);
  }
  const items = [...stored.values()].flat().flatMap((order) => {
    if (order.items.length !== itemsPerOrder) faults.push(`${order.orderId} has ${order.items.length} items`);
    return order.items;
  });
  faults.push(...items.flatMap(historyFaults), ...moveFaults(items, moves));
  let provided = 0;
  for (const { client } of providers)
    provided += (await readAll<object>(client, '/provider/orders?limit=100')).length;
  if (provided !== items.length)
    faults.push(`the providers see ${provided} items, the resellers ${items.length}`);
  return faults;
}

/** Checks that a history leads to the status of the item, each step is possible, and none is missing or doubled. */
function historyFaults({ itemId, status, version, history }: StoredItem): string[] {
  const faults: string[] = [];
  const [first, second] = history;
  if (
    first?.status !== 'pending' ||
    first.previousStatus !== null ||
    second?.status !== 'submitted_to_provider'
  )
    faults.push(`the history of ${itemId} does not begin with the order`);
  for (const [index, entry] of history.entries()) {
    const before = history[index - 1]?.status ?? null;
    if (entry.previousStatus !== before || (before && !transitions[before].includes(entry.status)))
      faults.push(`the history of ${itemId} goes from ${before} to ${entry.status}`);
  }
  if (history.at(-1)?.status !== status) faults.push(`${itemId} is ${status}, unlike its history`);
  if (history.length !== version)
    faults.push(`${itemId} has ${history.length} entries and the version ${version}`);
  return faults;
}

function moveFaults(items: readonly StoredItem[], moves: OrderLedger['moves']): string[] {
  const byId = new Map(items.map((item) => [item.itemId, item]));
  return moves.flatMap(({ itemId, status }) => {
    const count = byId.get(itemId)?.history.filter((entry) => entry.status === status).length ?? 0;
    return count === 1 ? [] : [`${itemId} was ${status} ${count} times`];
  });
}

async function readAll<T>(client: TeamClient, firstPath: string): Promise<T[]> {
  const all: T[] = [];
  let path: string | undefined = firstPath;
  while (path !== undefined) {
    const answer: Awaited<ReturnType<TeamClient['send']>> = await client.send('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    all.push(...jsonOf<T[]>(answer));
    path = answer.next;
  }
  return all;
}
