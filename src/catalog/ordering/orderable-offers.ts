import { placesOf } from '../../areas/zip-states.js';
import { toMinorUnits } from '../../money/money.js';
import type { Pricing } from '../../offers/pricing/pricing-view.js';
import { orderFormOf, type OrderForm } from '../../offers/submission/order-form.js';
import { anyLength, SqlParams, type Statement } from '../../sql/statement.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { catalogOfferJson as view } from '../listing/catalog-json.js';
import { joinsOf } from '../listing/catalog-page.query.js';
import { customerStateOf } from '../license-gate.js';
import { isVisibleTo, type Reseller } from '../visibility.js';

/** An offer as a reseller orders it. Amounts are in minor units. */
export interface OrderableOffer {
  id: string;
  /** Version of the offer as its provider sees it. */
  version: number;
  providerId: string;
  name: string;
  category: string | null;
  currency: string;
  monthlyPrice: bigint | null;
  firstMonthly: bigint | null;
  allInMonthly: bigint | null;
  form: OrderForm;
  /** Whether the offer is available at the address. */
  servesAddress: boolean;
  /** The JSON of the offer in the catalog. */
  snapshot: string;
}

/**
 * Reads those of the offers that the reseller can see. In a transaction, they can be locked, so that nobody changes or
 * deletes them before it ends. All transactions lock in the order of the IDs. Licenses that the reseller needs are those of
 * the customer's state.
 * @param zip five digits; undefined for a place without a ZIP code, which is only in offers without a service area
 */
export async function readOrderableOffers(
  runner: SqlRunner,
  reseller: Reseller,
  ids: readonly string[],
  zip: string | undefined,
  { lock }: { lock: boolean },
): Promise<OrderableOffer[]> {
  if (ids.length === 0) return [];
  const rows = await runner.wireRows(orderableOffers(reseller, ids, zip, lock));
  return rows.map(fromRow);
}

/**
 * Returns a SELECT for the offers that are as they were read, and locks them until the end of the statement or the
 * transaction.
 */
export function unchangedOffers(
  reseller: Reseller,
  offers: readonly Pick<OrderableOffer, 'id' | 'version'>[],
  zip: string | undefined,
  params: SqlParams,
): string {
  const ids = `${params.add(offers.map(({ id }) => id))}::uuid[]`;
  const versions = `${params.add(offers.map(({ version }) => version))}::integer[]`;
  return `SELECT o.id FROM offers o WHERE o.id = ANY(${ids}) AND o.version = (${versions})[array_position(${ids}, o.id)]
    AND ${isVisibleTo(reseller, params, customerStateOf(zip))} ORDER BY o.id FOR SHARE OF o`;
}

/** The texts of `orderableOffers` by their ends. Building and hashing such a long text takes 2 % of the time of an order. */
const texts = new Map<string, string>();

function orderableOffers(
  reseller: Reseller,
  ids: readonly string[],
  zip: string | undefined,
  lock: boolean,
): Statement {
  const params = new SqlParams();
  const places = params.add(zip === undefined ? [] : placesOf(zip));
  const end = `WHERE o.id = ANY(${anyLength(`${params.add(ids)}::uuid[]`)})
    AND ${isVisibleTo(reseller, params, customerStateOf(zip))} ORDER BY o.id ${lock ? 'FOR SHARE OF o' : ''}`;
  let text = texts.get(end);
  if (text === undefined) {
    const serves = `(o.service_area_id IS NULL OR EXISTS (SELECT FROM service_area_places s
      WHERE s.service_area_id = o.service_area_id AND s.place = ANY(${anyLength(`${places}::text[]`)})))`;
    text = `SELECT ${view.columns}, ${serves}, o.version FROM offers o ${joinsOf(view)} ${end}`;
    texts.set(end, text);
  }
  return { text, values: params.values };
}

function fromRow(row: WireRow): OrderableOffer {
  const text = (column: string) => row.text(view.at(column));
  const currency = text('o.currency') ?? '';
  const { firstMonthly, allInMonthly } = JSON.parse(text('o.pricing') ?? '{}') as Partial<Pricing>;
  const minor = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? null : toMinorUnits(amount, currency);
  const price = text('o.monthly_price_minor');
  return {
    id: text('o.id') ?? '',
    providerId: text('o.team_id') ?? '',
    name: text('o.name') ?? '',
    category: text('o.category'),
    currency,
    monthlyPrice: price === null ? null : BigInt(price),
    firstMonthly: minor(firstMonthly),
    allInMonthly: minor(allInMonthly),
    form: orderFormOf(JSON.parse(text('o.submission_config') ?? 'null') as Parameters<typeof orderFormOf>[0]),
    servesAddress: row.text(view.columnList.length) === 't',
    version: Number(row.text(view.columnList.length + 1)),
    snapshot: view.toText(row),
  };
}
