import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import type { EventType } from '../event-types.js';

/** What a reader wants to see. */
export interface EventFilter {
  /** Undefined for all types. */
  types?: readonly EventType[];
  subject?: string;
}

/** How many events are searched for some of a type, so that a request takes a short time however rare they are. */
const searched = 10_000;

/**
 * Selects up to `limit` events of a team after a position, in their order. Returns at least one row, which begins with the
 * newest position of the log and the position up to which was searched.
 * @param after null for the end
 * @param isShown SQL condition on the entry `r`; other events are left out
 */
export function eventsAfter(
  teamId: string,
  { types, subject }: EventFilter,
  { after, limit }: { after: string | null; limit: number },
  isShown: string,
): Statement {
  const params = new SqlParams();
  const team = params.add(teamId);
  const start = `${params.add(after)}::bigint`;
  const conditions = [`r.team_id = ${team}`, `r.position > ${start}`];
  if (types) conditions.push(`r.type = ANY (${params.add(types)}::text[])`);
  if (subject !== undefined) conditions.push(`r.subject = ${params.add(subject)}::uuid`);
  // Other filters find what they look for in an index.
  const isSearch = types !== undefined && subject === undefined;
  if (isSearch) conditions.push('r.position <= h.searched');
  conditions.push(isShown);
  const newest = `(SELECT position FROM event_recipients WHERE team_id = ${team} ORDER BY position DESC LIMIT 1)`;
  const window = `(SELECT position FROM event_recipients WHERE team_id = ${team} AND position > ${start}
      ORDER BY position OFFSET ${searched - 1} LIMIT 1)`;
  const text = `
    SELECT h.last, h.searched, h.newest, e.* FROM (
      SELECT n.last_value AS last, n.newest, ${isSearch ? `coalesce(${window}, n.newest)` : 'n.newest'} AS searched
        FROM (SELECT last_value, ${newest} AS newest FROM event_positions) n) h
    LEFT JOIN LATERAL (
      SELECT r.position, v.id, convert_from(v.payload, 'UTF8'), encode(v.sealed, 'base64'), v.data_key_id
        FROM event_recipients r JOIN events v ON v.id = r.event_id
       WHERE ${conditions.join(' AND ')} ORDER BY r.position LIMIT ${params.add(limit)}) e ON true
    ORDER BY e.position`;
  return { text, values: params.values };
}

/** An event as it was read. */
export interface EventRow {
  position: string;
  id: string;
  payload: string | null;
  /** In base64. */
  sealed: string | null;
  keyId: string | null;
}

/** Reads the rows of `eventsAfter`. */
export function toEvents(rows: readonly RawRow[]): {
  last: string;
  /** Null if the team has no events. */
  searched: string | null;
  newest: string | null;
  events: EventRow[];
} {
  const [last = null, searched = null, newest = null] = rows[0] ?? [];
  const events = rows.flatMap(([, , , position, id, payload = null, sealed = null, keyId = null]) =>
    position && id ? [{ position, id, payload, sealed, keyId }] : [],
  );
  return { last: last ?? '0', searched, newest, events };
}

/**
 * Selects the first entries of each team after a position: team, position, type and subject.
 * @param after the positions, by the IDs of the teams
 */
export const newEntries = (after: ReadonlyMap<string, bigint>, perTeam: number): Statement => ({
  text: `SELECT t.id, r.position, r.type, r.subject FROM unnest($1::uuid[], $2::bigint[]) t (id, after)
    CROSS JOIN LATERAL (SELECT position, type, subject FROM event_recipients
      WHERE team_id = t.id AND position > t.after ORDER BY position LIMIT ${perTeam}) r`,
  values: [[...after.keys()], [...after.values()].map(String)],
});
