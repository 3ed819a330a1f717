import {
  addressNotFound,
  ambiguousAddress,
  findAddressed,
  isPossible,
  maxCandidates,
  type AddressedKind,
  type RowAddress,
} from '../../sql/addressed-row.js';
import type { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import type { SqlRunner, Transaction } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { parseAddress } from '../../validation/resource-address.js';
import { lockExternalIds } from '../bulk/bulk.query.js';
import { ownOfferJson, selectOwnOffers } from '../offer-json.js';
import { Offer } from '../offer.entity.js';

/** Offers can be found by their SKU, which is unique within the team, and by their external ID, which need not be. */
export const offerKind: AddressedKind = {
  singular: 'Offer',
  plural: 'offers',
  fields: ['id', 'sku', 'externalId'],
};

const select = selectOwnOffers('offers o');
const byAddress: Record<RowAddress['field'], string> = {
  id: `${select} WHERE o.id = $1 AND o.team_id = $2`,
  sku: `${select} WHERE o.sku = $1 AND o.team_id = $2`,
  externalId: `${select} WHERE o.external_id = $1 AND o.team_id = $2 LIMIT 2`,
};

/** Selects the team's offer with an address; two if several have it. */
const ownOffersByAddress = (teamId: string, { field, value }: RowAddress): Statement => ({
  text: byAddress[field],
  values: [value, teamId],
});

/** Selects ID, name and SKU of the oldest offers with an external ID. */
const offerCandidates = (teamId: string, externalId: string): Statement => ({
  text: `SELECT o.id, o.name, o.sku FROM offers o WHERE o.team_id = $1 AND o.external_id = $2
    ORDER BY o.created_at, o.id LIMIT ${maxCandidates}`,
  values: [teamId, externalId],
});

/**
 * Reads a row of `ownOfferJson`. @param path see `parseAddress`
 * @throws NotFound; Conflict if several offers have the external ID
 */
export async function readOwnOffer(runner: SqlRunner, teamId: string, path: string): Promise<WireRow> {
  const row = await findOwnOffer(runner, teamId, parseAddress(path));
  if (!row) throw addressNotFound(offerKind);
  return row;
}

/** Reads a row of `ownOfferJson`, if there is one. @throws Conflict if several offers have the external ID */
export async function findOwnOffer(
  runner: SqlRunner,
  teamId: string,
  address: RowAddress,
): Promise<WireRow | undefined> {
  if (!isPossible(offerKind, address)) return undefined;
  const rows = await runner.wireRows(ownOffersByAddress(teamId, address));
  if (rows.length < 2) return rows[0];
  const candidates = await runner.rows(offerCandidates(teamId, address.value));
  throw ambiguousAddress(
    offerKind,
    address,
    candidates.map(([id, name, sku]) => ({ id: id ?? '', name: name ?? '', sku })),
  );
}

/** Returns the ID and the version in a row of `ownOfferJson`. */
export const identityOfOwnOffer = (row: WireRow) => ({
  id: row.text(ownOfferJson.at('o.id')) ?? '',
  version: Number(row.text(ownOfferJson.at('o.version'))),
});

/** Runs `work` in a transaction during which the offer with the address does not change. */
export function whileOfferIsLocked<T>(
  sql: Sql,
  { teamId, address }: { teamId: string; address: RowAddress },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return sql.transaction(async (tx) => {
    // No index keeps external IDs unique, so of two requests, the second must not look before the first has written.
    if (address.field === 'externalId' && isPossible(offerKind, address))
      await tx.rows(lockExternalIds(teamId, [{ externalId: address.value }]));
    await findAddressed(tx.manager, Offer, { teamId, address, kind: offerKind }, 'pessimistic_write');
    return work(tx);
  });
}
