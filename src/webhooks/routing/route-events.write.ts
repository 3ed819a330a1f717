import { isAudience, providerActive } from '../../catalog/visibility.js';
import { heldSince } from '../../licenses/held-licenses.js';
import { offerEventTypes } from '../../events/event-types.js';
import { isReseller } from '../../offers/offer-visibility.js';
import type { Statement } from '../../sql/statement.js';

/** Which events a transaction routes: those of teams, or those about offers, whose resellers must be found first. */
export type RoutedKind = 'team' | 'offer';

/** How many events one transaction routes at most. */
export const maxBatch = 500;
/** How many resellers may receive the events about offers of one transaction, unless a single event has more. */
const maxRecipients = 1_000;
/** How many pairs of an event and a reseller that subscribes to its type one transaction examines, likewise. */
const maxPairs = 5_000;

/** Only one process at a time routes events; the others leave what they find to it. */
export const takeRoutingLock: Statement = {
  text: "SELECT pg_try_advisory_xact_lock(hashtext('offerdock event routing'))",
  values: [],
};

/** The condition for waiting events of a kind, whose subject is not among those in the parameter `held`. */
const isWaiting = (kind: RoutedKind, held: string) =>
  `NOT routed AND team_id IS ${kind === 'team' ? 'NOT NULL' : 'NULL'} AND subject <> ALL (${held}::uuid[])`;

/**
 * Returns the statement that finds out which kinds of events wait. Its row has one column for each kind.
 * @param held subjects whose events are left alone
 */
export const findWaiting = (held: readonly string[]): Statement => ({
  text: `SELECT EXISTS (SELECT FROM events WHERE ${isWaiting('team', '$1')}),
                EXISTS (SELECT FROM events WHERE ${isWaiting('offer', '$1')})`,
  values: [held],
});

/** Returns the statement that selects ID and subject of the event that is routed next. */
export const findNext = (kind: RoutedKind, held: readonly string[]): Statement => ({
  text: `SELECT id, subject FROM events WHERE ${isWaiting(kind, '$1')} ORDER BY seq LIMIT 1`,
  values: [held],
});

/** How many waiting events are counted; more do not matter. */
const maxCounted = 100_000;
const oldestOf = (kind: RoutedKind) =>
  `(SELECT created_at FROM events WHERE ${isWaiting(kind, `'{}'`)} ORDER BY seq LIMIT 1)`;
const countOf = (kind: RoutedKind) =>
  `(SELECT count(*) FROM (SELECT FROM events WHERE ${isWaiting(kind, `'{}'`)} LIMIT ${maxCounted}) AS w)`;

/** Selects the number of waiting events, and the time of the oldest one in Unix milliseconds; null if there is none. */
export const measureWaiting: Statement = {
  text: `SELECT ${countOf('team')} + ${countOf('offer')},
                extract(epoch FROM least(${oldestOf('team')}, ${oldestOf('offer')})) * 1000`,
  values: [],
};

/** The patterns by which an endpoint or a team subscribes to the type in an SQL expression. */
const patternsOf = (type: string) => `ARRAY[${type}, split_part(${type}, '.', 1) || '.*', '*']`;

const columns = 'id, seq, team_id, type, subject, endpoint_id, created_at';

/** Common table expressions that give the events in `batch` their positions. */
const placed = `placed AS MATERIALIZED (
    SELECT nextval('event_positions') AS position, b.* FROM (SELECT * FROM batch ORDER BY seq) AS b
  ), routed AS (
    UPDATE events SET routed = true WHERE id IN (SELECT id FROM batch)
  )`;
/**
 * Common table expressions that create the deliveries and wake the lanes of their endpoints, and the end of the statement.
 * @param pairs events with positions and the teams that receive them
 * @param isFor the condition under which the endpoint `w` of the team receives the event `p`
 */
const delivered = (pairs: string, isFor: string) => `deliveries AS (
    INSERT INTO webhook_deliveries (id, endpoint_id, team_id, event_id, position, type, subject, status, next_attempt_at,
        created_at)
      SELECT new_uuid(), w.id, p.team_id, p.id, position, type, subject, 'pending', now(), now()
        FROM ${pairs} AS p CROSS JOIN LATERAL (
          -- Locked, so that none of them is deleted before its deliveries are stored.
          SELECT w.id FROM webhook_endpoints w WHERE w.team_id = p.team_id AND w.enabled AND ${isFor} FOR KEY SHARE) AS w
       ORDER BY position
      ON CONFLICT (event_id, endpoint_id) DO NOTHING
      RETURNING endpoint_id
  ), lanes AS (
    -- In this order, so that it cannot deadlock with others that lock several lanes.
    INSERT INTO webhook_lanes AS l (endpoint_id, due_at, wake)
      SELECT endpoint_id, now(), 1 FROM (SELECT DISTINCT endpoint_id FROM deliveries) AS d ORDER BY endpoint_id
      ON CONFLICT (endpoint_id) DO UPDATE SET wake = l.wake + 1,
        -- Nothing is sent while the circuit breaker is open, except for tests, which make the lane due themselves.
        due_at = least(l.due_at, CASE WHEN l.breaker = 'open' AND l.open_until > now() THEN l.open_until ELSE now() END)
  )
  SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM deliveries)`;

/**
 * Returns the statement that routes the oldest waiting events of teams: lists them for their teams, creates the
 * deliveries, wakes the lanes of the endpoints. Whoever runs it holds the routing lock, so that positions become visible
 * in their order. Its row contains the numbers of events and of deliveries.
 * @param limit how many events at most
 * @param held subjects whose events are left alone
 */
export const routeTeamEvents = (limit: number, held: readonly string[]): Statement => ({
  text: `
  WITH batch AS MATERIALIZED (
    SELECT ${columns} FROM events WHERE ${isWaiting('team', '$1')} ORDER BY seq LIMIT ${limit}
  ), ${placed}, listed AS (
    INSERT INTO event_recipients (team_id, position, event_id, type, subject, created_at)
      SELECT p.team_id, position, p.id, type, subject, p.created_at
        FROM placed p WHERE endpoint_id IS NULL AND (SELECT true FROM teams t WHERE t.id = p.team_id)
  ), ${delivered(
    'placed',
    `CASE WHEN p.endpoint_id IS NULL THEN w.events && ${patternsOf('p.type')} ELSE w.id = p.endpoint_id END`,
  )}`,
  values: [held],
});

/** A state of the audience, `before` or `after` the change: null, a visibility, or the list of selected resellers. */
const stateOf = (name: 'before' | 'after') => `
      CASE jsonb_typeof(audience->'${name}') WHEN 'array' THEN 'selected' ELSE audience->>'${name}' END AS ${name}_visibility,
      CASE jsonb_typeof(audience->'${name}') WHEN 'array'
        THEN ARRAY(SELECT r.id::uuid FROM jsonb_array_elements_text(audience->'${name}') AS r (id)) END AS ${name}_resellers`;

/** The licenses of which a reseller needs one in a state of the audience; null if it needs none. */
const licensesOf = (name: 'before' | 'after') => `
      CASE WHEN audience ? '${name}Licenses'
        THEN ARRAY(SELECT jsonb_array_elements_text(audience->'${name}Licenses')) END AS ${name}_licenses`;

/** The condition that the team in `s` may sell the offer in a state of the event `c`. */
const mayHaveSold = (state: 'before' | 'after') => `
        AND (c.${state}_licenses IS NULL OR s.team_id = c.provider_id
          OR ${heldSince('s.team_id', `c.${state}_licenses`, 'c.created_at')})`;

/** Joins whether the team in `s` can see the offer in a state of the event `c`, as a column of that name. */
const sees = (state: 'before' | 'after', needsLicenses: boolean) => `CROSS JOIN LATERAL (
      SELECT o.visibility IS NOT NULL AND ${isAudience('s.team_id')}
        -- A partner that was added later has not seen the change.
        AND (o.visibility <> 'preferred' OR NOT EXISTS (SELECT FROM preferred_partners pp
          WHERE pp.provider_team_id = o.team_id AND pp.reseller_team_id = s.team_id AND pp.created_at > c.created_at))${needsLicenses ? mayHaveSold(state) : ''}
        AS visible
      FROM (SELECT c.${state}_visibility AS visibility, c.provider_id AS team_id,
        c.${state}_resellers AS allowed_resellers) AS o) AS ${state}`;

const anyType = `'{*,offer.*,${offerEventTypes.join(',')}}'::text[]`;

/**
 * Returns the statement that routes the oldest waiting events about offers to the resellers that subscribe to them and
 * see the offer: before the change, after it, or both, depending on the type. Otherwise like `routeTeamEvents`. It takes
 * so few events that the transaction stays short however many resellers there are.
 * @param needsLicenses whether resellers see only offers for which they hold a license
 */
export const routeOfferEvents = (
  limit: number,
  held: readonly string[],
  { needsLicenses }: { needsLicenses: boolean },
): Statement => ({
  text: `
  WITH subscriptions AS MATERIALIZED (
    SELECT * FROM (
      SELECT team_id, events AS patterns FROM webhook_endpoints WHERE enabled AND events && ${anyType}
      UNION ALL SELECT team_id, offer_events FROM event_settings WHERE offer_events <> '{}') AS s
     WHERE team_id IN (SELECT id FROM teams WHERE ${isReseller} AND verified_at IS NOT NULL AND suspended_at IS NULL)
  ), subscribers AS MATERIALIZED (
    SELECT DISTINCT s.team_id, e.type FROM subscriptions s
      JOIN unnest('{${offerEventTypes.join(',')}}'::text[]) AS e (type) ON s.patterns && ${patternsOf('e.type')}
  ), candidates AS MATERIALIZED (
    SELECT id, seq, type, subject, created_at, (audience->>'team')::uuid AS provider_id,${stateOf('before')},${stateOf('after')}${needsLicenses ? `,${licensesOf('before')},${licensesOf('after')}` : ''}
      FROM events WHERE ${isWaiting('offer', '$1')} ORDER BY seq
     LIMIT greatest(1, least(${limit}, ${maxPairs} / greatest(1, (SELECT count(*) FROM subscriptions))))
  ), found AS MATERIALIZED (
    SELECT c.id, c.seq, s.team_id FROM candidates c JOIN subscribers s USING (type)
      CROSS JOIN LATERAL (SELECT c.provider_id AS team_id) AS o ${sees('before', needsLicenses)} ${sees('after', needsLicenses)}
     WHERE ${providerActive} AND CASE type
       WHEN 'offer.published' THEN after.visible AND NOT before.visible
       WHEN 'offer.withdrawn' THEN before.visible AND NOT after.visible
       ELSE before.visible AND after.visible END
  ), batch AS MATERIALIZED (
    SELECT id, seq, type, subject, created_at FROM (
      SELECT c.*, coalesce(sum(count) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS earlier
        FROM candidates c LEFT JOIN (SELECT id, count(*) FROM found GROUP BY id) AS n USING (id)) AS b
     WHERE earlier < ${maxRecipients}
  ), ${placed}, listed AS (
    INSERT INTO event_recipients (team_id, position, event_id, type, subject, created_at)
      SELECT f.team_id, position, p.id, type, subject, created_at FROM placed p JOIN found f USING (id) ORDER BY position
  ), ${delivered('(SELECT b.*, f.team_id FROM placed b JOIN found f USING (id))', `w.events && ${patternsOf('p.type')}`)}`,
  values: [held],
});
