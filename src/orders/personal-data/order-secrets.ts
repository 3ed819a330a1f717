import { sealContext, type Encryption, type Sealed } from '../../encryption/encryption.js';
import type { ReasonCode } from '../lifecycle/reason-codes.js';
import type { CustomerInfo, ServiceAddress } from './customer.dto.js';

/** The personal data of an order: what the reseller says about the customer. */
export interface OrderSecrets {
  customerInfo: CustomerInfo;
  serviceAddress: ServiceAddress;
  notes: string | null;
  metadata: object;
}

/** The texts of an order item, which can concern the customer. */
export interface ItemSecrets {
  /** Values of the form fields of the offer. */
  fields: object;
  /** What the provider told the reseller last. */
  providerNotes: string | null;
  /** Data that the provider added. */
  metadata: object;
  /** Absent if there are none. */
  milestones?: Milestone[];
  /** Why the item will be late, if it will. */
  jeopardyReason?: string;
  /** What the reseller said with an open request for cancellation. */
  cancelRequest?: { reason: string | null; reasonCode: ReasonCode | null };
}

/** A step of the work on an item. */
export interface Milestone {
  name: string;
  plannedFor: string | null;
  reachedAt: string | null;
}

/** The texts of an entry of an item's history. */
export interface HistorySecrets {
  notes: string | null;
  /** The new values of what else the entry changed. */
  changes: object;
}

/** What a team notes for itself on an item. */
export interface DeskSecrets {
  assignee: string | null;
  notes: string | null;
}

interface Secrets {
  orders: OrderSecrets;
  order_items: ItemSecrets;
  order_item_history: HistorySecrets;
  order_item_desks: DeskSecrets;
}

/** The columns `sealed` and `data_key_id` of a row, as the database returns them. */
export interface SealedColumns {
  /** In base64 or, as Postgres writes bytea, in hexadecimal digits after `\x`; null if there is no data. */
  sealed: string | null;
  keyId: string | null;
}

const contextOf = (table: keyof Secrets, id: string) => sealContext(table, 'sealed', id);

/** Encrypts the personal data of a row. */
export const sealSecrets = <T extends keyof Secrets>(
  encryption: Encryption,
  table: T,
  id: string,
  secrets: Secrets[T],
): Sealed => encryption.seal(secrets, contextOf(table, id));

/** Decrypts the personal data of a row; null if there is none, or it was erased. */
export function openSecrets<T extends keyof Secrets>(
  encryption: Encryption,
  table: T,
  id: string,
  { sealed, keyId }: SealedColumns,
): Secrets[T] | null {
  if (sealed === null || keyId === null) return null;
  const bytes = sealed.startsWith('\\x')
    ? Buffer.from(sealed.slice(2), 'hex')
    : Buffer.from(sealed, 'base64');
  return encryption.open<Secrets[T]>({ keyId, bytes }, contextOf(table, id));
}
