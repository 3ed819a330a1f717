import type { Encryption, Sealed } from '../../src/encryption/encryption.js';
import { endedStatuses, isItemStatusIn } from '../../src/orders/lifecycle/item-status.js';
import { customerTerms } from '../../src/orders/personal-data/customer-terms.js';
import { sealSecrets } from '../../src/orders/personal-data/order-secrets.js';
import { copyText } from '../../src/sql/copy.js';
import { respondBy, type SeedItem, type SeedOrder, type SeedStep } from './seed-order.js';

/** A table with the values of its columns in COPY's text format. */
interface RowFormat<T> {
  table: string;
  columns: Record<string, (row: T) => string>;
}

const none = '\\N';
const text = (value: string | null) => (value === null ? none : copyText(value));
const plain = (value: string | number | bigint | null) => (value === null ? none : String(value));
const time = (ms: number | null) => (ms === null ? none : new Date(ms).toISOString());
/** COPY needs a second backslash. */
const bytes = (value: Buffer) => `\\\\x${value.toString('hex')}`;
const bytesList = (values: readonly Buffer[]) =>
  `{${values.map((value) => `"\\\\\\\\x${value.toString('hex')}"`).join(',')}}`;

/** A row with its encrypted texts. */
type Secret<T> = T & { sealed: Sealed | null };
const sealed = ({ sealed: value }: Secret<object>) => (value ? bytes(value.bytes) : none);
const keyId = ({ sealed: value }: Secret<object>) => value?.keyId ?? none;

type OrderRow = Secret<{ order: SeedOrder; terms: readonly Buffer[] }>;
const orders: RowFormat<OrderRow> = {
  table: 'orders',
  columns: {
    id: ({ order }) => order.id,
    reseller_team_id: ({ order }) => order.reseller.id,
    reseller_name: ({ order }) => copyText(order.reseller.name),
    external_id: ({ order }) => plain(order.externalId),
    sealed,
    data_key_id: keyId,
    customer_terms: ({ terms }) => bytesList(terms),
    version: () => '1',
    created_at: ({ order }) => time(order.createdMs),
    updated_at: ({ order }) => time(order.createdMs),
  },
};

type ItemRow = Secret<{ order: SeedOrder; item: SeedItem; position: number }>;
const stepTo = ({ steps }: SeedItem, ...statuses: SeedStep['to'][]) =>
  time(steps.find(({ to }) => statuses.includes(to))?.timeMs ?? null);
const lastStep = ({ item }: ItemRow) => item.steps.at(-1);
const isEnded = (row: ItemRow) => isItemStatusIn(endedStatuses, lastStep(row)?.to ?? 'pending');

const items: RowFormat<ItemRow> = {
  table: 'order_items',
  columns: {
    id: ({ item }) => item.id,
    order_id: ({ order }) => order.id,
    position: ({ position }) => plain(position),
    reseller_team_id: ({ order }) => order.reseller.id,
    provider_team_id: ({ item }) => item.offer.providerId,
    provider_name: ({ item }) => copyText(item.offer.providerName),
    offer_id: ({ item }) => item.offer.id,
    offer_name: ({ item }) => copyText(item.offer.name),
    category: ({ item }) => plain(item.offer.category),
    currency: ({ item }) => item.offer.currency,
    monthly_price_minor: ({ item }) => plain(item.offer.monthlyPrice),
    first_monthly_minor: ({ item }) => plain(item.offer.firstMonthly),
    all_in_monthly_minor: ({ item }) => plain(item.offer.allInMonthly),
    snapshot: ({ item }) => copyText(item.offer.snapshot),
    status: (row) => lastStep(row)?.to ?? none,
    respond_by: ({ order }) => time(respondBy(order)),
    accepted_at: ({ item }) => stepTo(item, 'accepted'),
    activated_at: ({ item }) => stepTo(item, 'active'),
    completed_at: ({ item }) => stepTo(item, 'completed', 'active'),
    ended_at: (row) => (isEnded(row) ? time(lastStep(row)?.timeMs ?? null) : none),
    scheduled_for: ({ item }) => time(item.scheduledForMs),
    scheduled_until: ({ item }) => time(item.scheduledUntilMs),
    reason_code: (row) => text(lastStep(row)?.reasonCode ?? null),
    sealed,
    data_key_id: keyId,
    version: ({ item }) => plain(item.steps.length),
    created_at: ({ order }) => time(order.createdMs),
    updated_at: (row) => time(lastStep(row)?.timeMs ?? row.order.createdMs),
  },
};

type HistoryRow = Secret<{ item: SeedItem; step: SeedStep; sequence: number }>;
const isScheduled = ({ step }: HistoryRow) => step.to === 'scheduled';
const history: RowFormat<HistoryRow> = {
  table: 'order_item_history',
  columns: {
    id: ({ step }) => step.id,
    order_item_id: ({ item }) => item.id,
    sequence: ({ sequence }) => plain(sequence),
    from_status: ({ step }) => plain(step.from),
    status: ({ step }) => step.to,
    actor: ({ step }) => step.actor,
    reason_code: ({ step }) => text(step.reasonCode),
    scheduled_for: (row) => (isScheduled(row) ? time(row.item.scheduledForMs) : none),
    scheduled_until: (row) => (isScheduled(row) ? time(row.item.scheduledUntilMs) : none),
    sealed,
    data_key_id: keyId,
    created_at: ({ step }) => time(step.timeMs),
  },
};

/** The rows of a table for COPY. */
export interface OrderTable {
  table: string;
  columns: string[];
  rowsOf(order: SeedOrder): string;
}

const tableOf = <T>({ table, columns }: RowFormat<T>, rowsOf: (order: SeedOrder) => T[]): OrderTable => {
  const cells = Object.values(columns);
  const line = (row: T) => `${cells.map((cell) => cell(row)).join('\t')}\n`;
  return { table, columns: Object.keys(columns), rowsOf: (order) => rowsOf(order).map(line).join('') };
};

/** Returns the tables of orders in the order in which they can be filled. */
export const orderTables = (encryption: Encryption): OrderTable[] => [
  tableOf(orders, (order) => [
    {
      order,
      terms: customerTerms(encryption, order.reseller.id, order.customer.customerInfo),
      sealed: sealSecrets(encryption, 'orders', order.id, order.customer),
    },
  ]),
  tableOf(items, (order) =>
    order.items.map((item, position) => {
      const notes = item.steps.findLast((step) => step.notes !== null)?.notes ?? null;
      const secrets = { fields: {}, providerNotes: notes, metadata: {} };
      const texts = notes === null ? null : sealSecrets(encryption, 'order_items', item.id, secrets);
      return { order, item, position, sealed: texts };
    }),
  ),
  tableOf(history, (order) =>
    order.items.flatMap((item) =>
      item.steps.map((step, index) => {
        const secrets = { notes: step.notes, changes: {} };
        const texts =
          step.notes === null ? null : sealSecrets(encryption, 'order_item_history', step.id, secrets);
        return { item, step, sequence: index + 1, sealed: texts };
      }),
    ),
  ),
];
