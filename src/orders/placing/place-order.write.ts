import type { Sealed } from '../../encryption/encryption.js';
import type { NewEvent } from '../../events/new-event.js';
import { Duplicate } from '../../sql/duplicate.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import { defaultOrderSettings } from '../settings/default-order-settings.js';
import type { OrderedItem } from './ordered-item.js';

/** An order to store. */
export interface NewOrder {
  id: string;
  resellerId: string;
  /** Name of the reseller's team. */
  resellerName: string;
  /** ID of the API key with which the order was placed. */
  apiKeyId: string;
  externalId: string | null;
  promoCode: string | null;
  sealed: Sealed;
  customerTerms: Buffer[];
  createdAt: Date;
  items: NewItem[];
}

export interface NewItem extends OrderedItem {
  id: string;
  sealed: Sealed | null;
  /** What its provider learns. */
  event: NewEvent;
}

/** Every item is routed to its provider as soon as it has been stored, which is its second version. */
export const placedVersion = 2;
export const placedStatus = 'submitted_to_provider';

/**
 * Stores an order with its items, their first two history entries, and the events for their providers. Returns, for each item, its ID, the name of its
 * provider and the time until which the provider should answer. The text does not depend on the number of items, so that
 * it is prepared once.
 * @param unchanged adds a SELECT that returns one row for each item whose offer is still the same; nothing is stored, and
 * nothing returned, unless all are
 */
export function insertOrder(order: NewOrder, unchanged?: (params: SqlParams) => string): Statement {
  const params = new SqlParams();
  params.values.push(
    order.id,
    order.resellerId,
    order.resellerName,
    order.externalId,
    order.promoCode,
    order.sealed.bytes,
    order.sealed.keyId,
    order.customerTerms,
    order.createdAt,
    order.apiKeyId,
    `[${order.items.map(itemJson).join(',')}]`,
  );
  const same = unchanged?.(params);
  if (same === undefined) return { text: textOf('', 'true'), values: params.values };
  const count = params.add(order.items.length);
  let text = guardedTexts.get(same);
  if (text === undefined) {
    text = textOf(`same AS MATERIALIZED (${same}), `, `(SELECT count(*) FROM same) = ${count}::bigint`);
    guardedTexts.set(same, text);
  }
  return { text, values: params.values };
}

/** The few texts with a guard, by its SQL. Building and hashing such a long text for each order takes 2 % of its time. */
const guardedTexts = new Map<string, string>();

/** The items are one JSON text, into which the snapshots are copied, because escaping an array of them takes longer. */
function itemJson(item: NewItem, position: number): string {
  const { sealed, event } = item;
  const columns = {
    id: item.id,
    position,
    provider: item.providerId,
    offer: item.offerId,
    offering: item.productOfferingId,
    promotion: item.promotionId,
    name: item.name,
    category: item.category,
    currency: item.currency,
    monthly: digitsOf(item.monthlyPrice),
    first: digitsOf(item.firstMonthly),
    all_in: digitsOf(item.allInMonthly),
    sealed: sealed?.bytes.toString('base64') ?? null,
    data_key: sealed?.keyId ?? null,
    event: event.id,
    event_type: event.type,
    event_sealed: event.sealed?.bytes.toString('base64') ?? null,
    event_key: event.sealed?.keyId ?? null,
  };
  return `${JSON.stringify(columns).slice(0, -1)},"snapshot":${item.snapshot}}`;
}

const digitsOf = (amount: bigint | null) => (amount === null ? null : String(amount));

const { respondWithinHours } = defaultOrderSettings;

/** @param guard common table expressions on which the `condition` depends */
const textOf = (guard: string, condition: string) => `
  WITH ${guard}placed AS (
    INSERT INTO orders (id, reseller_team_id, reseller_name, external_id, promo_code, sealed, data_key_id, customer_terms,
        version, created_at, updated_at)
      SELECT $1::uuid, $2::uuid, $3, $4, $5, $6::bytea, $7, $8::bytea[], 1, $9::timestamptz, $9 WHERE ${condition}
  ), given AS MATERIALIZED (
    SELECT i.*, t.name AS provider_name,
        $9::timestamptz + make_interval(hours => CASE WHEN s.team_id IS NULL THEN ${respondWithinHours} ELSE s.respond_within_hours END)
          AS respond_by
      FROM json_to_recordset($11::json) AS i (id uuid, position integer, provider uuid, offer uuid, offering uuid,
        promotion uuid, name text, category text, currency text, monthly bigint, first bigint, all_in bigint, sealed text,
        data_key text, event uuid, event_type text, event_sealed text, event_key text, snapshot json)
      JOIN teams t ON t.id = i.provider
      LEFT JOIN order_settings s ON s.team_id = i.provider
     WHERE ${condition}
  ), items AS (
    INSERT INTO order_items (id, order_id, position, reseller_team_id, provider_team_id, provider_name, offer_id,
        product_offering_id, promotion_id, offer_name, category, currency, monthly_price_minor, first_monthly_minor,
        all_in_monthly_minor, snapshot, status, respond_by, sealed, data_key_id, version, created_at, updated_at)
      SELECT id, $1, position, $2, provider, provider_name, offer, offering, promotion, name, category, currency, monthly,
        first, all_in, snapshot, '${placedStatus}', respond_by, decode(sealed, 'base64'), data_key, ${placedVersion}, $9, $9
      FROM given
  ), history AS (
    INSERT INTO order_item_history (id, order_item_id, sequence, from_status, status, actor, api_key_id, created_at)
      SELECT gen_random_uuid(), g.id, e.sequence, e.from_status, e.status, e.actor, e.api_key_id, $9
      FROM given g CROSS JOIN (VALUES (1, NULL, 'pending', 'reseller', $10::uuid),
        (${placedVersion}, 'pending', '${placedStatus}', 'system', NULL)) e (sequence, from_status, status, actor, api_key_id)
  ), written AS (
    INSERT INTO events (id, team_id, type, subject, sealed, data_key_id, created_at)
      SELECT event, provider, event_type, id, decode(event_sealed, 'base64'), event_key, $9 FROM given
  )
  SELECT id, provider_name, respond_by FROM given ORDER BY position`;

const uniqueViolation = '23505';

/** Converts a violation of the uniqueness of external IDs into a Duplicate; returns any other error unchanged. */
export function toDuplicateOrder(cause: unknown, { resellerId, externalId }: NewOrder): unknown {
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  return code === uniqueViolation && constraint === 'orders_external_id_uq'
    ? new Duplicate(`The external ID ${externalId} is already used by another order of your team`, {
        text: 'SELECT id FROM orders WHERE reseller_team_id = $1 AND external_id = $2',
        values: [resellerId, externalId],
      })
    : cause;
}
