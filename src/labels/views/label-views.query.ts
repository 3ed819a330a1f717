import type { CursorPosition } from '../../paging/cursor.js';
import { SqlParams, type Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';

/** A record that a customer was shown a label. */
export interface StoredLabelView {
  id: string;
  offerId: string;
  version: number;
  plan: string;
  orderId: string | null;
  channel: string | null;
  /** Times in Unix milliseconds. */
  shownMs: number;
  recordedMs: number;
}

/** A record to store. */
export interface NewLabelView {
  id: string;
  teamId: string;
  offerId: string;
  version: number;
  orderId: string | null;
  channel: string | null;
  shownAt: Date;
  createdAt: Date;
}

/** Filters of a list. Times are ISO texts. */
export interface LabelViewFilters {
  offerId?: string;
  orderId?: string;
  shownFrom?: string;
  shownTo?: string;
}

const ms = (column: string) => `floor(extract(epoch FROM ${column}) * 1000)`;
const select = `SELECT v.id, v.offer_id, v.label_version, l.label->>'plan', v.order_id, v.channel, ${ms('v.shown_at')}, ${ms('v.created_at')}
  FROM label_views v JOIN label_versions l ON l.offer_id = v.offer_id AND l.version = v.label_version`;

export const toStoredLabelView = ([
  id,
  offerId,
  version,
  plan,
  orderId,
  channel,
  shown,
  recorded,
]: RawRow): StoredLabelView => ({
  id: id ?? '',
  offerId: offerId ?? '',
  version: Number(version),
  plan: plan ?? '',
  orderId: orderId ?? null,
  channel: channel ?? null,
  shownMs: Number(shown),
  recordedMs: Number(recorded),
});

function conditionsOf(teamId: string, filters: LabelViewFilters, params: SqlParams): string[] {
  const { offerId, orderId, shownFrom, shownTo } = filters;
  return [
    `v.team_id = ${params.add(teamId)}`,
    ...(offerId === undefined ? [] : [`v.offer_id = ${params.add(offerId)}`]),
    ...(orderId === undefined ? [] : [`v.order_id = ${params.add(orderId)}`]),
    ...(shownFrom === undefined ? [] : [`v.shown_at >= ${params.add(shownFrom)}::timestamptz`]),
    ...(shownTo === undefined ? [] : [`v.shown_at < ${params.add(shownTo)}::timestamptz`]),
  ];
}

/** Selects up to `limit` records after a position (time and ID), the last that were shown first. */
export function newestLabelViews(
  teamId: string,
  filters: LabelViewFilters,
  { after, limit }: { after?: CursorPosition; limit: number },
): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  if (after) {
    const [time, id] = after.map((value) => params.add(value));
    conditions.push(`(v.shown_at, v.id) < (${time}::timestamptz, ${id}::uuid)`);
  }
  const text = `${select} WHERE ${conditions.join(' AND ')} ORDER BY v.shown_at DESC, v.id DESC LIMIT ${limit}`;
  return { text, values: params.values };
}

/** The largest number of records that is counted exactly. */
export const labelViewsCountLimit = 10_000;

export function countLabelViews(teamId: string, filters: LabelViewFilters): Statement {
  const params = new SqlParams();
  const conditions = conditionsOf(teamId, filters, params);
  const text = `SELECT count(*) FROM (SELECT FROM label_views v WHERE ${conditions.join(' AND ')} LIMIT ${labelViewsCountLimit + 1}) v`;
  return { text, values: params.values };
}

export const labelViewById = (teamId: string, id: string): Statement => ({
  text: `${select} WHERE v.id = $1 AND v.team_id = $2`,
  values: [id, teamId],
});

/**
 * Stores a record, and returns the name of the plan. Returns nothing if the label is gone, and null if the team has the
 * largest number of records.
 */
export const insertLabelView = (view: NewLabelView, maxViews: number): Statement => ({
  text: `WITH label AS MATERIALIZED (SELECT offer_id, version, label->>'plan' AS plan FROM label_versions
        WHERE offer_id = $3 AND version = $4 FOR KEY SHARE),
    room AS (INSERT INTO label_view_totals AS t (team_id, total) SELECT $2::uuid, 1 FROM label WHERE $9 > 0
      ON CONFLICT (team_id) DO UPDATE SET total = t.total + 1 WHERE t.total < $9 RETURNING team_id),
    stored AS (INSERT INTO label_views (id, team_id, offer_id, label_version, order_id, channel, shown_at, created_at)
      SELECT $1::uuid, r.team_id, l.offer_id, l.version, $5::uuid, $6, $7::timestamptz, $8::timestamptz FROM label l, room r
      RETURNING offer_id)
    SELECT CASE WHEN EXISTS (SELECT FROM stored) THEN l.plan END FROM label l`,
  values: [
    view.id,
    view.teamId,
    view.offerId,
    view.version,
    view.orderId,
    view.channel,
    view.shownAt,
    view.createdAt,
    maxViews,
  ],
});
