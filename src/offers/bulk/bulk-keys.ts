import type { BulkRow } from '../../bulk/bulk-row.js';

/** Keys by which to look up the team's offers. */
export interface OfferKeys {
  ids: string[];
  skus: string[];
  externalIds: string[];
}

/** How the offer of a row is found. */
export interface Matching {
  /** The feed that the rows belong to. Only its offers are found by external ID, and only they are changed. */
  feed?: string;
  /** Whether the feed takes over offers that belong to no feed. */
  adopt?: boolean;
}

/** Returns whether a row uses its `externalId`: outside of a feed only without a SKU, because it may be ambiguous. */
export const findsByExternalId = ({ sku }: BulkRow, { feed }: Matching): boolean =>
  sku === undefined || feed !== undefined;

/** Returns the external IDs by which a row finds its offer: that of its language is another one if it is taken. */
const externalIdsToFind = (row: BulkRow, matching: Matching): string[] => {
  const { externalId, listing } = row;
  if (externalId === undefined || !findsByExternalId(row, matching)) return [];
  return listing?.translation ? [externalId, listing.translation.externalId] : [externalId];
};

/** Returns the distinct keys by which to look up the rows. */
export function lookupKeys(rows: readonly BulkRow[], matching: Matching): OfferKeys {
  const distinct = (key: (row: BulkRow) => string | undefined) => [
    ...new Set(rows.flatMap((row) => key(row) ?? [])),
  ];
  return {
    ids: distinct(({ id }) => id),
    skus: distinct(({ sku }) => sku),
    externalIds: [...new Set(rows.flatMap((row) => externalIdsToFind(row, matching)))],
  };
}

/** Returns the keys by which a row finds its offer, each prefixed with its kind. */
export function keysToFind(row: BulkRow, matching: Matching): string[] {
  const { id, sku } = row;
  const keys: string[] = [];
  if (id !== undefined) keys.push(`id ${id}`);
  if (sku !== undefined) keys.push(`sku ${sku}`);
  for (const externalId of externalIdsToFind(row, matching)) keys.push(`externalId ${externalId}`);
  return keys;
}

/**
 * Returns the keys by which later rows can find the offer after this row has been written, including the
 * `externalId`.
 */
export const keysOnceWritten = (row: BulkRow): string[] => [
  ...keysToFind(row, {}),
  ...(row.sku === undefined || row.externalId === undefined ? [] : [`externalId ${row.externalId}`]),
];

/** Returns whether it is unclear which offer a row means, because it has no key, or one that no offer can have. */
export const hasUnreadableKey = (row: BulkRow): boolean => {
  const names = ['id', 'sku', 'externalId'] as const;
  const isGiven = (name: string) => row.body[name] !== undefined && row.body[name] !== null;
  return names.every((name) => row[name] === undefined) || names.some((name) => isGiven(name) && !row[name]);
};

/** The keys of the offers that a batch may affect. */
export interface BatchKeys {
  keys: ReadonlySet<string>;
  /** The kinds of keys by which the rows are looked up first. */
  kinds: ReadonlySet<keyof OfferKeys>;
}

const firstKind = ({ id, sku }: BulkRow) =>
  id !== undefined ? 'ids' : sku !== undefined ? 'skus' : 'externalIds';

export const batchKeys = (rows: readonly BulkRow[], matching: Matching): BatchKeys => ({
  keys: new Set(rows.flatMap((row) => keysToFind(row, matching))),
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
