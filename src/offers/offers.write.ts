import type { EntityManager } from 'typeorm';
import { areaClaim } from '../areas/area-claim.js';
import { areaHash, type Area } from '../areas/area.js';
import { Conflict } from '../common/errors.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate } from '../sql/duplicate.js';
import { SqlParams, type Statement } from '../sql/statement.js';
import { assessmentColumns } from './assessment/assessment-columns.js';
import {
  columnNames,
  insertedColumns,
  offerColumns,
  parameterOf,
  type StoredOffer,
} from './offer-columns.js';
import type { OfferChange } from './input/offer-change.js';
import { Offer } from './offer.entity.js';
import { isReseller } from './offer-visibility.js';

/*
 * Each write of an offer is one prepared statement, so a create takes one round trip and an update takes two.
 * The statement also stores the shared service area and checks the IDs in `allowedResellers`; if a check
 * fails, it writes nothing.
 */

/**
 * The result of a write: whether the offer was written, and the indexes of the IDs in `allowedResellers` that
 * do not belong to resellers; if the service area exceeds the limit, the number of ZIP codes that the team has
 * stored.
 */
export interface WriteResult {
  written: boolean;
  unknownResellers: number[];
  zipCodesUsed: number | null;
}

export const parseWriteResult = ([row]: readonly (readonly (string | null)[])[]): WriteResult => ({
  written: row?.[0] === 't',
  unknownResellers: JSON.parse(row?.[1] ?? '[]') as number[],
  zipCodesUsed: row?.[2] ? Number(row[2]) : null,
});

/** Converts a violation of SKU uniqueness into a Duplicate; returns any other error unchanged. */
export function toDuplicate(cause: unknown, teamId: string, sku: string | null | undefined): unknown {
  return isSkuTaken(cause)
    ? new Duplicate(`The SKU ${sku} is already used by another offer of your team`, {
        text: 'SELECT id FROM offers WHERE team_id = $1 AND sku = $2',
        values: [teamId, sku],
      })
    : cause;
}

const uniqueViolation = '23505';

/** Returns whether a write failed because another offer of the team already uses the SKU. */
export function isSkuTaken(cause: unknown): boolean {
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  return code === uniqueViolation && constraint === 'offers_sku_uq';
}

const insertedList = insertedColumns.map(({ column }) => column).join(', ');
const insertWithoutChecks = `INSERT INTO offers (${insertedList})
  VALUES (${insertedColumns.map(({ type }, index) => `$${index + 1}::${type}`).join(', ')}) RETURNING true`;

/** Builds the statement that inserts an offer with its assessment. */
export function insertOffer(offer: StoredOffer, zipCodeLimit: number): Statement {
  if (!offer.area && offer.allowedResellers.length === 0)
    return {
      text: insertWithoutChecks,
      values: insertedColumns.map(({ type, valueOf }) => parameterOf(type, valueOf(offer))),
    };
  const params = new SqlParams();
  const values = insertedColumns.map(
    ({ type, valueOf }) => `${params.add(parameterOf(type, valueOf(offer)))}::${type}`,
  );
  const checks = checksFor({ ...offer, resellers: offer.allowedResellers, zipCodeLimit }, params);
  return checks.guard(
    `INSERT INTO offers (${insertedList}, service_area_id)
     SELECT ${values.join(', ')}, ${checks.areaId} WHERE ${checks.passed}`,
  );
}

/**
 * Builds the statement that updates the changed columns of an offer, and its area if that changed. The
 * statement writes nothing if the version has changed in the meantime.
 */
export function updateOffer(change: OfferChange, zipCodeLimit: number): Statement {
  const { offer, changes, areaChanged } = change;
  const { id, teamId, version, updatedAt, area } = offer;
  const params = new SqlParams();
  const sets = [
    'version = o.version + 1',
    `updated_at = ${params.add(updatedAt)}`,
    ...assignments(change, params),
  ];
  const checks = checksFor(
    { area: areaChanged ? area : null, teamId, resellers: changes.allowedResellers ?? [], zipCodeLimit },
    params,
  );
  if (areaChanged) sets.push(`service_area_id = ${checks.areaId}`);
  return checks.guard(
    `UPDATE offers o SET ${sets.join(', ')}
      WHERE o.id = ${params.add(id)} AND o.team_id = ${params.add(teamId)}
        AND o.version = ${params.add(version - 1)} AND ${checks.passed}`,
  );
}

function assignments({ offer, changes, assessed = [] }: OfferChange, params: SqlParams): string[] {
  const set = ([column, type]: readonly [string, string], value: unknown) =>
    `${column} = ${params.add(parameterOf(type, value))}::${type}`;
  return [
    ...columnNames.filter((name) => name in changes).map((name) => set(offerColumns[name], changes[name])),
    ...assessed.map((name) => set(assessmentColumns[name], offer.assessment[name])),
  ];
}

interface Checks {
  /** SQL expression for the ID of the stored area, or NULL. */
  areaId: string;
  /** SQL condition that must be true for the write. */
  passed: string;
  /** Adds the checks to a write. The statement returns a WriteResult. */
  guard: (write: string) => Statement;
}

/**
 * Builds the checks for a write. Without an area or resellers, there is nothing to check, so the statement
 * only performs the write.
 */
function checksFor(
  {
    area,
    teamId,
    resellers,
    zipCodeLimit,
  }: { area: Area | null; teamId: string; resellers: readonly string[]; zipCodeLimit: number },
  params: SqlParams,
): Checks {
  const { values } = params;
  if (!area && resellers.length === 0)
    return {
      areaId: 'NULL',
      passed: 'true',
      guard: (write) => ({ text: `${write} RETURNING true`, values }),
    };
  const unknown = unknownResellersIn(params.add(resellers));
  const unless = 'EXISTS (SELECT FROM unknown_resellers)';
  const claim = area && areaClaim(params, { teamId, hash: areaHash(area), area, zipCodeLimit, unless });
  return {
    areaId: claim ? '(SELECT id FROM area)' : 'NULL',
    passed: `NOT ${unless}${claim ? ' AND EXISTS (SELECT FROM area)' : ''}`,
    guard: (write) => ({
      text: `WITH unknown_resellers AS (${unknown})${claim ? `, ${claim}` : ''}, stored AS (${write} RETURNING id)
        SELECT EXISTS (SELECT FROM stored), (SELECT json_agg(i ORDER BY i) FROM unknown_resellers),
          ${claim ? '(SELECT zip_codes FROM over_limit)' : 'NULL'}`,
      values,
    }),
  };
}

const unknownResellersIn = (
  ids: string,
) => `SELECT ordinal - 1 AS i FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS given (id, ordinal)
   WHERE NOT EXISTS (SELECT FROM teams t WHERE t.id = given.id AND t.${isReseller})`;

const hasOrders = () =>
  new Conflict(
    'The offer has been ordered and cannot be deleted; to withdraw it, set its status to archived',
  );

/** Deletes an offer. @throws Conflict if it has been ordered */
export const deleteOffer = (manager: EntityManager, id: string) =>
  translateConstraintErrors({ order_items_offer_fk: hasOrders }, () => manager.delete(Offer, { id }));
