import { areaHash, type Area } from '../../areas/area.js';
import { areaClaim } from '../../areas/area-claim.js';
import { copyInto, copyRow, type Cell } from '../../sql/copy.js';
import { SqlParams, type CopyStatement, type Statement } from '../../sql/statement.js';
import { assessmentColumns, type AssessmentColumns } from '../assessment/assessment-columns.js';
import {
  columnNames,
  insertedColumns,
  storedColumns,
  type OfferColumns,
  type storedNames,
  type StoredOffer,
} from '../offer-columns.js';
import { matchedOfferJson, selectOwnOffers } from '../offer-json.js';
import type { Matching, OfferKeys } from './bulk-keys.js';

/*
 * The statements of bulk uploads, each for a whole batch. Updates are sent as one JSON text, which
 * json_to_recordset() converts to rows. New offers are written with COPY, because parsing the JSON of all
 * their columns would be a sixth of Postgres' work.
 */

const select = selectOwnOffers('offers o', matchedOfferJson);
// The arrays are joined rather than compared with ANY, so that one plan suits arrays of any length.
const byKeys = (
  isInScope: string,
) => `${select} JOIN unnest($2::uuid[]) AS k (id) ON o.id = k.id WHERE o.team_id = $1
  UNION ALL ${select} JOIN unnest($3::text[]) AS k (sku) ON o.sku = k.sku WHERE o.team_id = $1
  UNION ALL SELECT f.* FROM unnest($4::text[]) AS k (external_id) CROSS JOIN LATERAL
    (${select} WHERE o.external_id = k.external_id AND o.team_id = $1${isInScope} LIMIT 2) f`;
const byKeysOfTeam = byKeys('');
// Not compared with `=`, for which Postgres can read all offers of a new feed, in the belief that they are few.
const byKeysOfFeed = byKeys(' AND (o.feed IS NOT DISTINCT FROM $5 OR $6 AND o.feed IS NULL)');

/**
 * Selects rows of `matchedOfferJson` with any of the keys, at most two for each external ID. An offer
 * that has several of the keys is returned several times.
 */
export function offersByKeys(
  teamId: string,
  { ids, skus, externalIds }: OfferKeys,
  { feed, adopt = false }: Matching,
): Statement {
  const values = [teamId, ids, skus, externalIds];
  return feed === undefined
    ? { text: byKeysOfTeam, values }
    : { text: byKeysOfFeed, values: [...values, feed, adopt] };
}

/** Selects each of the external IDs that an offer of the team has, and the ID of one such offer. */
export const externalIdHolders = (teamId: string, externalIds: readonly string[]): Statement => ({
  text: `SELECT k.external_id, f.id FROM unnest($2::text[]) AS k (external_id) CROSS JOIN LATERAL
    (SELECT o.id FROM offers o WHERE o.external_id = k.external_id AND o.team_id = $1 LIMIT 1) f`,
  values: [teamId, externalIds],
});

/**
 * Locks the external IDs of rows until the end of the transaction, for others that lock them. Always in the same order,
 * so that two transactions cannot deadlock.
 */
export const lockExternalIds = (teamId: string, rows: readonly { externalId?: string }[]): Statement => ({
  text: `SELECT count(pg_advisory_xact_lock(hash)) FROM
    (SELECT DISTINCT hashtextextended($1 || ' ' || k.external_id, 0) AS hash FROM unnest($2::text[]) AS k (external_id)
      ORDER BY hash OFFSET 0) AS hashes`,
  values: [teamId, rows.flatMap(({ externalId }) => externalId ?? [])],
});

/**
 * Finds or stores an area for offers in the same transaction. Returns its ID and null, or null and the number of
 * ZIP codes that the team has stored if the area exceeds the limit, or two nulls after a concurrent change; retry
 * in that case.
 */
export function claimArea(teamId: string, area: Area, zipCodeLimit: number): Statement {
  const params = new SqlParams();
  const claim = areaClaim(params, { teamId, hash: areaHash(area), area, zipCodeLimit, unless: 'false' });
  return {
    text: `WITH ${claim} SELECT (SELECT id FROM area), (SELECT zip_codes FROM over_limit)`,
    values: params.values,
  };
}

/** An offer to write, with the ID of its service area. */
export interface OfferWithAreaId {
  offer: StoredOffer;
  areaId: string | null;
}

const insert = copyInto('offers', [...insertedColumns.map(({ column }) => column), 'service_area_id']);

/** Inserts all of the offers, or none if a SKU was taken in the meantime, because COPY cannot skip a row. */
export const copyOffers = (offers: readonly OfferWithAreaId[]): CopyStatement => ({
  text: insert,
  rows: offers.map(toCopyRow).join(''),
});

const toCopyRow = ({ offer, areaId }: OfferWithAreaId) =>
  copyRow([...insertedColumns.map(({ type, valueOf }) => toCell(valueOf(offer), type)), areaId]);

function toCell(value: unknown, type: string): Cell {
  if (value === null) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (!Array.isArray(value)) throw new TypeError(`${type} cannot be written by COPY`);
  return value as string[];
}

/**
 * Updates offers whose version has not changed in the meantime, and returns their IDs. Only the `changed`
 * and `assessed` columns are sent. Because they vary between batches, the statement is not prepared.
 * @param area whether the area of any offer changed
 * @param feed whether the offers belong to one feed, which may be new to some of them
 */
export function updateOffers(
  offers: readonly OfferWithAreaId[],
  {
    changed,
    assessed,
    area,
    feed,
  }: {
    changed: ReadonlySet<keyof OfferColumns>;
    assessed: ReadonlySet<keyof AssessmentColumns>;
    area: boolean;
    feed: boolean;
  },
): Statement {
  const names = [
    ...managed,
    ...(feed ? (['feed'] as const) : []),
    ...columnNames.filter((name) => changed.has(name)),
  ];
  const columns = [
    ...names.map((name) => storedColumns[name]),
    ...[...assessed].map((name) => assessmentColumns[name]),
    ...(area ? [['service_area_id', 'uuid']] : []),
  ];
  const types = columns.map(([column, type]) => `${column} ${type}`).join(', ');
  const text = `UPDATE offers o SET ${columns.map(([column]) => `${column} = r.${column}`).join(', ')}
      FROM json_to_recordset($1::json) AS r (id uuid, team_id uuid, ${types})
     WHERE o.id = r.id AND o.team_id = r.team_id AND o.version = r.version - 1 RETURNING o.id`;
  const sent = ['id', 'teamId', ...names] as const;
  const records = offers.map((offer) => toRecord(offer, sent, assessed, area));
  return { text, values: [JSON.stringify(records)], replan: true };
}

/** Columns that every update sets. */
const managed = ['version', 'updatedAt'] as const;

/** Omits nulls, because json_to_recordset() reads a missing member as null. */
function toRecord(
  { offer, areaId }: OfferWithAreaId,
  names: readonly (typeof storedNames)[number][],
  assessed: ReadonlySet<keyof AssessmentColumns>,
  area: boolean,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (area && areaId !== null) record.service_area_id = areaId;
  for (const name of names) {
    const value = offer[name];
    if (value !== null) record[storedColumns[name][0]] = typeof value === 'bigint' ? value.toString() : value;
  }
  for (const name of assessed) {
    const value = offer.assessment[name];
    if (value !== null) record[assessmentColumns[name][0]] = value;
  }
  return record;
}
