import type { BulkRow } from '../../bulk/bulk-row.js';
import type { OfferKeys } from './bulk.query.js';

/**
 * Returns the distinct keys by which to look up the rows. An `externalId` is used only without a SKU, because
 * it may be ambiguous.
 */
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

/** Returns the keys by which a row finds its offer, each prefixed with its kind. */
export const keysToFind = ({ id, sku, externalId }: BulkRow): string[] => [
  ...(id === undefined ? [] : [`id ${id}`]),
  ...(sku === undefined ? [] : [`sku ${sku}`]),
  ...(externalId === undefined || sku !== undefined ? [] : [`externalId ${externalId}`]),
];

/**
 * Returns the keys by which later rows can find the offer after this row has been written, including the
 * `externalId`.
 */
export const keysOnceWritten = (row: BulkRow): string[] => [
  ...keysToFind(row),
  ...(row.sku === undefined || row.externalId === undefined ? [] : [`externalId ${row.externalId}`]),
];

/** The keys of the offers that a batch may affect. */
export interface BatchKeys {
  keys: ReadonlySet<string>;
  /** The kinds of keys by which the rows are looked up first. */
  kinds: ReadonlySet<keyof OfferKeys>;
}

const firstKind = ({ id, sku }: BulkRow) =>
  id !== undefined ? 'ids' : sku !== undefined ? 'skus' : 'externalIds';

export const batchKeys = (rows: readonly BulkRow[]): BatchKeys => ({
  keys: new Set(rows.flatMap(keysToFind)),
  kinds: new Set(rows.map(firstKind)),
});

/**
 * Returns whether two batches may affect the same offer. Only keys of the same kind can be compared: before
 * the lookup, it is unknown whether the ID in one batch and the SKU in another belong to the same offer.
 */
export function mayOverlap(a: BatchKeys, b: BatchKeys): boolean {
  if (new Set([...a.kinds, ...b.kinds]).size > 1) return true;
  return [...a.keys].some((key) => b.keys.has(key));
}
