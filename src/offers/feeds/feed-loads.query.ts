import type { Statement } from '../../sql/statement.js';
import type { OfferKeys } from '../bulk/bulk-keys.js';

/** A complete load of a feed that is in progress, or a dry run of one. */
export interface FeedLoad {
  id: string;
  teamId: string;
  feed: string;
  dryRun: boolean;
}

/** After this time without a sign of life, the process of a load is considered dead. */
export const loadTimeoutSeconds = 30;

/** Stores the feed, unless it is known. */
export const rememberFeed = (teamId: string, feed: string, now: Date): Statement => ({
  text: 'INSERT INTO feeds (team_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
  values: [teamId, feed, now],
});

/** Ends loads of a feed whose process died. */
export const endDeadLoads = (teamId: string, feed: string): Statement => ({
  text: `DELETE FROM feed_loads WHERE team_id = $1 AND feed = $2 AND ${isDead}`,
  values: [teamId, feed],
});
const isDead = `seen_at < now() - interval '${loadTimeoutSeconds} seconds'`;

/** Begins a load. Returns its ID; nothing if another load of the feed is in progress. */
export const beginLoad = ({ id, teamId, feed, dryRun }: FeedLoad): Statement => ({
  text: `INSERT INTO feed_loads (id, team_id, feed, dry_run, started_at, seen_at) VALUES ($1, $2, $3, $4, now(), now())
    ON CONFLICT (team_id, feed) WHERE NOT dry_run DO NOTHING RETURNING id`,
  values: [id, teamId, feed, dryRun],
});

/** Returns when the load of a feed that is in progress began. */
export const runningLoad = (teamId: string, feed: string): Statement => ({
  text: 'SELECT started_at FROM feed_loads WHERE team_id = $1 AND feed = $2 AND NOT dry_run',
  values: [teamId, feed],
});

export const renewLoad = (id: string): Statement => ({
  text: 'UPDATE feed_loads SET seen_at = now() WHERE id = $1',
  values: [id],
});

/** Returns a row if the load is still in progress, and keeps it so until the end of the transaction. */
export const holdLoad = (id: string): Statement => ({
  text: 'SELECT 1 FROM feed_loads WHERE id = $1 FOR UPDATE',
  values: [id],
});

/** Stores the result of an upload to a feed. */
export const storeResult = (teamId: string, feed: string, result: object): Statement => ({
  text: 'UPDATE feeds SET last_load = $3::jsonb WHERE team_id = $1 AND name = $2',
  values: [teamId, feed, JSON.stringify(result)],
});

export const endLoad = (id: string): Statement => ({
  text: 'DELETE FROM feed_loads WHERE id = $1',
  values: [id],
});

// The feed is not compared with `=`, for which Postgres can read all offers of a new feed, in the belief that they are few.
const ofFeed = 'WHERE o.team_id = $1 AND o.feed IS NOT DISTINCT FROM $2';
const keysOfFailed = `
    UNION SELECT o.id FROM offers o JOIN unnest($5::uuid[]) AS k (id) ON o.id = k.id ${ofFeed}
    UNION SELECT o.id FROM offers o JOIN unnest($6::text[]) AS k (sku) ON o.sku = k.sku ${ofFeed}
    UNION SELECT o.id FROM offers o JOIN unnest($7::text[]) AS k (external_id) ON o.external_id = k.external_id ${ofFeed}`;
const list = (more: string) => `INSERT INTO feed_load_offers (load_id, offer_id)
  SELECT l.id, k.id FROM feed_loads l, (SELECT unnest($4::uuid[]) AS id${more}) AS k
   WHERE l.team_id = $1 AND l.feed = $2 AND (l.id = $3 OR $3 IS NULL AND NOT l.dry_run)
   ORDER BY k.id ON CONFLICT DO NOTHING`;
const listWritten = list('');
const listAll = list(keysOfFailed);

/**
 * Notes that a load has listed offers. Ordered, so that two batches with the same offers cannot deadlock.
 * @param loadId the load; null for the one that is in progress, if any
 * @param ids the offers of the lines that succeeded
 * @param failed the keys in the lines that failed, whose offers count as listed as well
 */
export function listOffers(
  { teamId, feed }: Pick<FeedLoad, 'teamId' | 'feed'>,
  loadId: string | null,
  { ids, failed }: { ids: readonly string[]; failed: OfferKeys },
): Statement {
  const values = [teamId, feed, loadId, ids];
  const keys = [failed.ids, failed.skus, failed.externalIds];
  return keys.every((list) => list.length === 0)
    ? { text: listWritten, values }
    : { text: listAll, values: [...values, ...keys] };
}

/** Many rows per statement, but few enough that it stays far below the time limit of a statement. */
const pageSize = 1000;
const page = `WITH page AS MATERIALIZED (
    SELECT o.id FROM offers o WHERE o.team_id = $1 AND o.feed = $2 AND o.status = 'active' AND o.id > $4
     ORDER BY o.id LIMIT ${pageSize}),
  unlisted AS (SELECT p.id FROM page p
    WHERE NOT EXISTS (SELECT FROM feed_load_offers l WHERE l.load_id = $3 AND l.offer_id = p.id))`;
const last = '(SELECT id FROM page ORDER BY id DESC LIMIT 1)';
const countPage = `${page} SELECT (SELECT count(*) FROM unlisted), ${last}`;
const retirePage = `${page}, retired AS (
    -- The assessment does not depend on the status, so it is still that of the version.
    UPDATE offers o SET status = 'inactive', retired_by_feed = true, version = o.version + 1, updated_at = $5,
           assessed_version = o.assessed_version + 1
      FROM unlisted u WHERE o.id = u.id AND o.status = 'active' AND o.feed = $2 RETURNING 1)
  SELECT (SELECT count(*) FROM retired), ${last}`;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';

/**
 * Takes the next active offers of the feed, and retires those that the load has not listed. Returns their number, and
 * the last offer taken; null after the last one. In a dry run, they are only counted.
 */
export const retireNext = (load: FeedLoad, after: string | null, now: Date): Statement => {
  const values = [load.teamId, load.feed, load.id, after ?? beforeAllIds];
  return load.dryRun ? { text: countPage, values } : { text: retirePage, values: [...values, now] };
};

/** Large enough to take few statements, and small enough to stay far below the time limit of a statement. */
export const forgottenRows = 10_000;
const forget = (which: string) => `WITH gone AS (DELETE FROM feed_load_offers WHERE (load_id, offer_id) IN
    (SELECT load_id, offer_id FROM feed_load_offers f WHERE ${which} LIMIT ${forgottenRows}) RETURNING 1)
  SELECT count(*) FROM gone`;

/** Deletes up to `forgottenRows` of the offers that a load has listed, and returns their number. */
export const forgetListed = (loadId: string): Statement => ({
  text: forget('f.load_id = $1'),
  values: [loadId],
});

/** Ends the loads of all teams whose process died. */
export const endAllDeadLoads: Statement = { text: `DELETE FROM feed_loads WHERE ${isDead}`, values: [] };

/** Like `forgetListed`, for all loads that are no longer in progress. */
export const forgetListedOfDead: Statement = {
  text: forget('NOT EXISTS (SELECT FROM feed_loads l WHERE l.id = f.load_id)'),
  values: [],
};
