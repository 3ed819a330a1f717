import { newId } from '../common/new-id.js';
import type { SqlParams } from '../sql/statement.js';
import type { Area } from './area.js';

/** An area that a statement finds or stores for one of the team's offers. */
export interface AreaClaim {
  teamId: string;
  hash: Buffer;
  area: Area;
  /** The SQL condition under which no new area is stored. */
  unless: string;
}

/**
 * Builds common table expressions that find the team's area or store a new one. The last expression, `area`,
 * contains its ID. The row is locked against deletion until the transaction ends. `area` is empty if a
 * concurrent transaction stored or deleted the same area; the caller must then retry the statement.
 */
export function areaClaim(params: SqlParams, { teamId, hash, area, unless }: AreaClaim): string {
  const team = `${params.add(teamId)}::uuid`;
  const hashParam = `${params.add(hash)}::bytea`;
  const zips = `${params.add(area.zipCodes)}::text[]`;
  const states = `${params.add(area.states)}::text[]`;
  return `existing AS (
      SELECT id FROM service_areas WHERE team_id = ${team} AND hash = ${hashParam} FOR KEY SHARE
    ), created AS (
      INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count)
        SELECT ${params.add(newId())}::uuid, ${team}, ${hashParam}, ${zips}, ${states}, coalesce(cardinality(${zips}), 0)
         WHERE NOT EXISTS (SELECT FROM existing) AND NOT (${unless})
        ON CONFLICT (team_id, hash) DO NOTHING RETURNING id
    ), places AS (
      INSERT INTO service_area_places (place, service_area_id)
        SELECT unnest(coalesce(${zips}, '{}') || coalesce(${states}, '{}')), id FROM created
    ), area AS (SELECT id FROM existing UNION ALL SELECT id FROM created)`;
}
