import type { BulkRow } from './bulk-row.js';
import type { OfferKeys } from './bulk.query.js';

/** The distinct keys to look the rows up by. An `externalId` is only used without a SKU, as it may be ambiguous. */
export function lookupKeys(rows: readonly BulkRow[]): OfferKeys {
  const distinct = (key: (row: BulkRow) => string | undefined) => [
    ...new Set(rows.flatMap((row) => key(row) ?? [])),
  ];
  return {
    ids: distinct(({ id }) => id),
    skus: distinct(({ sku }) => sku),
    externalIds: distinct(({ sku, externalId }) => (sku === undefined ? externalId : undefined)),
  };
}

/** The keys by which a row finds its offer, as texts that differ between kinds of keys. */
export const keysToFind = ({ id, sku, externalId }: BulkRow): string[] => [
  ...(id === undefined ? [] : [`id ${id}`]),
  ...(sku === undefined ? [] : [`sku ${sku}`]),
  ...(externalId === undefined || sku !== undefined ? [] : [`externalId ${externalId}`]),
];

/** The keys by which later rows can find the offer once this row is written: the `externalId` as well. */
export const keysOnceWritten = (row: BulkRow): string[] => [
  ...keysToFind(row),
  ...(row.sku === undefined || row.externalId === undefined ? [] : [`externalId ${row.externalId}`]),
];

/** The offers that a batch may concern. */
export interface BatchKeys {
  keys: ReadonlySet<string>;
  /** The kinds of keys that the rows are looked up by first. */
  kinds: ReadonlySet<keyof OfferKeys>;
}

const firstKind = ({ id, sku }: BulkRow) =>
  id !== undefined ? 'ids' : sku !== undefined ? 'skus' : 'externalIds';

export const batchKeys = (rows: readonly BulkRow[]): BatchKeys => ({
  keys: new Set(rows.flatMap(keysToFind)),
  kinds: new Set(rows.map(firstKind)),
});

/**
 * Whether two batches may concern the same offer. Keys of one kind can be compared; whether the id in one batch and the
 * SKU in another belong to the same offer is unknown before the lookup.
 */
export function mayOverlap(a: BatchKeys, b: BatchKeys): boolean {
  if (new Set([...a.kinds, ...b.kinds]).size > 1) return true;
  return [...a.keys].some((key) => b.keys.has(key));
}
