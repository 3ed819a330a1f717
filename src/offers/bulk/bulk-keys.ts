import type { BulkRow } from './bulk-row.js';
import type { OfferKeys } from './bulk.query.js';

/** The keys by which the rows are found, each once: an externalId tells little beside a SKU, and may be common. */
export function keysOf(rows: readonly BulkRow[]): OfferKeys {
  const each = (key: (row: BulkRow) => string | undefined) => [
    ...new Set(rows.flatMap((row) => key(row) ?? [])),
  ];
  return {
    ids: each(({ id }) => id),
    skus: each(({ sku }) => sku),
    externalIds: each(({ sku, externalId }) => (sku === undefined ? externalId : undefined)),
  };
}

/** The keys by which a row finds its offer, in words that no two of them share. */
export const soughtBy = ({ id, sku, externalId }: BulkRow): string[] => [
  ...(id === undefined ? [] : [`id ${id}`]),
  ...(sku === undefined ? [] : [`sku ${sku}`]),
  ...(externalId === undefined || sku !== undefined ? [] : [`externalId ${externalId}`]),
];

/** The keys by which an offer may be found once the row is written: an externalId also beside a SKU. */
export const foundBy = (row: BulkRow): string[] => [
  ...soughtBy(row),
  ...(row.sku === undefined || row.externalId === undefined ? [] : [`externalId ${row.externalId}`]),
];

/** What the rows of a batch may be about. */
export interface BatchKeys {
  sought: ReadonlySet<string>;
  /** By which kinds of keys they seek in the first place. */
  kinds: ReadonlySet<keyof OfferKeys>;
}

const kindOf = ({ id, sku }: BulkRow) =>
  id !== undefined ? 'ids' : sku !== undefined ? 'skus' : 'externalIds';

export const keysIn = (rows: readonly BulkRow[]): BatchKeys => ({
  sought: new Set(rows.flatMap(soughtBy)),
  kinds: new Set(rows.map(kindOf)),
});

/**
 * Whether two batches may be about the same offer. Of keys of one kind their rows tell; whether one's id and the
 * other's SKU are those of one offer nobody knows before it is looked up.
 */
export function mayMeet(a: BatchKeys, b: BatchKeys): boolean {
  if (new Set([...a.kinds, ...b.kinds]).size > 1) return true;
  return [...a.sought].some((key) => b.sought.has(key));
}
