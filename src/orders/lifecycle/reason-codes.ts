import type { FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { ItemStatus } from './item-status.js';

/** The statuses that can have a reason. */
type ReasonedStatus = 'rejected' | 'failed' | 'cancelled';

/** The reasons why items are rejected, fail or are cancelled, with the statuses that each can explain. */
const reasons = {
  not_serviceable: { rejected: true, failed: true },
  no_capacity: { rejected: true },
  offer_withdrawn: { rejected: true },
  invalid_order_data: { rejected: true, cancelled: true },
  credit_check_failed: { rejected: true, cancelled: true },
  identity_not_verified: { rejected: true, cancelled: true },
  existing_service: { rejected: true, cancelled: true },
  duplicate_order: { rejected: true, cancelled: true },
  customer_request: { cancelled: true },
  customer_moved: { cancelled: true },
  customer_chose_other_provider: { cancelled: true },
  ordered_by_mistake: { cancelled: true },
  price_or_terms: { cancelled: true },
  delayed: { cancelled: true },
  customer_unreachable: { rejected: true, failed: true, cancelled: true },
  customer_absent: { failed: true },
  no_access: { failed: true, cancelled: true },
  permit_refused: { failed: true, cancelled: true },
  equipment_unavailable: { failed: true, cancelled: true },
  technician_unavailable: { failed: true },
  technical_problem: { failed: true, cancelled: true },
  other: { rejected: true, failed: true, cancelled: true },
} as const satisfies Record<string, Partial<Record<ReasonedStatus, true>>>;

export type ReasonCode = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as ReasonCode[];

/** Returns the codes that can explain why an item got a status, in the order of the list; empty for most statuses. */
export const reasonCodesFor = (status: ItemStatus): ReasonCode[] =>
  reasonCodes.filter((code) => status in reasons[code]);

/** Returns an error if the code cannot explain the status. */
export function reasonCodeErrors(code: ReasonCode | null | undefined, status: ItemStatus): FieldError[] {
  const possible = reasonCodesFor(status);
  if (!code || possible.includes(code)) return [];
  const expected =
    possible.length === 0
      ? 'is only possible with the statuses rejected, failed and cancelled'
      : `must be one of ${possible.join(', ')} for the status ${status}`;
  return [fieldError(['reasonCode'], 'enum', expected)];
}
