import { DomainError } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import type { SqlParams } from '../sql/statement.js';
import type { Area } from './area.js';

/** An area that a statement finds or stores for one of the team's offers. */
export interface AreaClaim {
  teamId: string;
  hash: Buffer;
  area: Area;
  /** The number of ZIP codes that the team's areas can contain together. */
  zipCodeLimit: number;
  /** The SQL condition under which no new area is stored. */
  unless: string;
}

/**
 * Builds common table expressions that find the team's area or store a new one. `area` contains its ID. The row
 * is locked against deletion until the transaction ends. `area` is empty if a concurrent transaction stored or
 * deleted the same area; the caller must then retry the statement. If storing the area would exceed the team's
 * limit, it is also empty, and `over_limit` contains the number of ZIP codes that the team has stored.
 *
 * A new area locks the team's row in `team_area_usage` until the transaction ends, so that concurrent
 * transactions cannot exceed the limit together. Triggers on `service_areas` keep the number up to date.
 */
export function areaClaim(
  params: SqlParams,
  { teamId, hash, area, zipCodeLimit, unless }: AreaClaim,
): string {
  const team = `${params.add(teamId)}::uuid`;
  const hashParam = `${params.add(hash)}::bytea`;
  const zips = `${params.add(area.zipCodes)}::text[]`;
  const states = `${params.add(area.states)}::text[]`;
  const count = `coalesce(cardinality(${zips}), 0)`;
  const limit = `${params.add(zipCodeLimit)}::bigint`;
  return `existing AS (
      SELECT id FROM service_areas WHERE team_id = ${team} AND hash = ${hashParam} FOR KEY SHARE
    ), area_usage AS (
      SELECT zip_codes FROM team_area_usage
       WHERE team_id = ${team} AND NOT EXISTS (SELECT FROM existing) AND NOT (${unless}) FOR NO KEY UPDATE
    ), created AS (
      INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count)
        SELECT ${params.add(newId())}::uuid, ${team}, ${hashParam}, ${zips}, ${states}, ${count} FROM area_usage
         WHERE ${count} = 0 OR zip_codes + ${count} <= ${limit}
        ON CONFLICT (team_id, hash) DO NOTHING RETURNING id
    ), places AS (
      INSERT INTO service_area_places (place, service_area_id)
        SELECT unnest(coalesce(${zips}, '{}') || coalesce(${states}, '{}')), id FROM created
    ), area AS (
      SELECT id FROM existing UNION ALL SELECT id FROM created
    ), over_limit AS (
      SELECT zip_codes FROM area_usage WHERE ${count} > 0 AND zip_codes + ${count} > ${limit}
    )`;
}

/** Returns the error for an area that exceeds the limit. @param used the ZIP codes that the team has stored */
export function zipCodeLimitExceeded({ zipCodes }: Area, used: number, limit: number): DomainError {
  const requested = zipCodes?.length ?? 0;
  return new DomainError(
    'QUOTA_EXCEEDED',
    `A team can store ${limit} ZIP codes in its service areas; yours stores ${used}, and this area has ${requested}`,
    { limit, used, requested },
  );
}
