/*
 * What licenses allow a team to sell, in the terms of `offers.reseller_licenses`: `puct_broker`, `insurance_producer:TX`
 * for each state, and `insurance_producer` for offers that are available everywhere.
 */

/** SQL for what the license in the row `l` allows; null for kinds that no reseller needs. */
const grants = `CASE l.kind WHEN 'puct_broker' THEN '{puct_broker}'::text[]
  WHEN 'insurance_producer' THEN ARRAY['insurance_producer', 'insurance_producer:' || l.state] END`;

/** Licenses that resellers can need. */
const isSelling = "l.kind IN ('puct_broker', 'insurance_producer')";

const today = "(now() AT TIME ZONE 'utc')::date";
const isValid = `(l.expires_on IS NULL OR l.expires_on >= ${today})`;

/** SQL condition for a license that counts for a customer in a state; those of brokers have only one state. */
const countsIn = (state: string) => `(l.kind = 'puct_broker' OR l.state = ${state})`;

/**
 * Returns an SQL array of what the team may sell today. It does not depend on other rows, so Postgres reads it once.
 * @param teamId SQL expression
 * @param state SQL expression for the state of the customer; omit it if the state is unknown
 */
export const heldBy = (teamId: string, state?: string) =>
  `ARRAY(SELECT unnest(${grants}) FROM licenses l WHERE l.team_id = ${teamId} AND ${isSelling} AND ${isValid}${
    state === undefined ? '' : ` AND ${countsIn(state)}`
  })`;

/** Returns an SQL array of what the team holds or has held, as far as its licenses are still stored. */
export const everHeldBy = (teamId: string) =>
  `ARRAY(SELECT unnest(${grants}) FROM licenses l WHERE l.team_id = ${teamId} AND ${isSelling})`;

/** Returns the SQL condition that a license of the team ended between two days: valid on `since`, but not today. */
const endedSince = (teamId: string, since: string) =>
  `l.team_id = ${teamId} AND ${isSelling} AND l.expires_on >= ${since} AND l.expires_on < ${today}`;

/** Returns an SQL array of what licenses of the team allowed that were valid on the day `since`, and have expired. */
export const lapsedSince = (teamId: string, since: string) =>
  `ARRAY(SELECT unnest(${grants}) FROM licenses l WHERE ${endedSince(teamId, since)})`;

/** Returns the SQL condition that the team has licenses that were valid on the day `since`, but have expired. */
export const hasLapsedSince = (teamId: string, since: string) =>
  `EXISTS (SELECT FROM licenses l WHERE ${endedSince(teamId, since)})`;

/**
 * Returns the SQL condition that the team held one of the licenses in `needed` at a time in the past, and holds it still.
 * @param needed SQL expression for the array
 * @param at SQL expression for the time
 */
export const heldSince = (teamId: string, needed: string, at: string) =>
  `EXISTS (SELECT FROM licenses l WHERE l.team_id = ${teamId} AND ${isSelling} AND ${isValid}
    AND l.created_at <= ${at} AND ${grants} && ${needed})`;
