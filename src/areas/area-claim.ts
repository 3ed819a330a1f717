import { newId } from '../common/new-id.js';
import type { SqlParams } from '../sql/statement.js';
import type { Area } from './area.js';

/** An area that a statement takes for an offer of the team, unless the condition holds. */
export interface AreaClaim {
  teamId: string;
  hash: Buffer;
  area: Area;
  unless: string;
}

/**
 * The part of a statement that finds the team's area, or stores it when it is new: a table `area` with its id. The row
 * is locked against clean-up until the end of the transaction. It is empty when somebody else stored or deleted the
 * same area at the same time; then the statement has to be run again.
 */
export function areaClaim(params: SqlParams, { teamId, hash, area, unless }: AreaClaim): string {
  const team = `${params.add(teamId)}::uuid`;
  const sum = `${params.add(hash)}::bytea`;
  const zips = `${params.add(area.zipCodes)}::text[]`;
  const states = `${params.add(area.states)}::text[]`;
  return `known AS (
      SELECT id FROM service_areas WHERE team_id = ${team} AND hash = ${sum} FOR KEY SHARE
    ), made AS (
      INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count)
        SELECT ${params.add(newId())}::uuid, ${team}, ${sum}, ${zips}, ${states}, coalesce(cardinality(${zips}), 0)
         WHERE NOT EXISTS (SELECT FROM known) AND NOT (${unless})
        ON CONFLICT (team_id, hash) DO NOTHING RETURNING id
    ), places AS (
      INSERT INTO service_area_places (place, service_area_id)
        SELECT unnest(coalesce(${zips}, '{}') || coalesce(${states}, '{}')), id FROM made
    ), area AS (SELECT id FROM known UNION ALL SELECT id FROM made)`;
}
