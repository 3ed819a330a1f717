import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { Clock } from '../../common/clock.js';
import { firstIdAt } from '../../common/new-id.js';
import { ownOfferJson, selectOwnOffers } from '../../offers/offer-json.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import type { SqlRunner } from '../../sql/transaction.js';
import { keptFor, longestKeptMs } from '../retention-period.js';
import { labelSourceOf } from '../values/label-source.js';
import { LabelVersions } from './label-versions.service.js';

const viewsAtOnce = 500;
const versionsAtOnce = 100;
const pauseMs = 20;

/** Deletes records of views and labels that need not be kept any longer. Several processes can do so at the same time. */
@Injectable()
export class LabelRetention implements OnApplicationBootstrap {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly jobs: BackgroundJobs,
    private readonly versions: LabelVersions,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runHourly('delete old labels', () => this.deleteOld());
  }

  /** Deletes in small transactions. */
  async deleteOld(): Promise<void> {
    const views = deleteOldViews(this.clock.nowMs() - longestKeptMs);
    while (Number((await this.sql.rows(views))[0]?.[0]) > 0) await sleep(pauseMs);
    while (await this.sql.transaction((tx) => this.checkSome(tx))) await sleep(pauseMs);
  }

  /** Deletes the due labels that are no longer needed, and reschedules the others. Returns whether any were due. */
  private async checkSome(tx: Pick<SqlRunner, 'rows' | 'wireRows'>): Promise<boolean> {
    const due = await tx.rows(dueVersions);
    for (const [offerId = '', version = '', usedUntil = null, isNewest = '', hash = ''] of due) {
      const isUsed = usedUntil !== null;
      const isKept = isUsed || isNewest === 't' || (await this.isCurrent(tx, offerId ?? '', hash ?? ''));
      const values = [offerId, version];
      await tx.rows(
        isKept ? { text: keepVersion, values: [...values, usedUntil] } : { text: deleteVersion, values },
      );
    }
    return due.length > 0;
  }

  /** Returns whether the offer still has the label. */
  private async isCurrent(
    runner: Pick<SqlRunner, 'rows' | 'wireRows'>,
    offerId: string,
    hash: string,
  ): Promise<boolean> {
    const [row] = await runner.wireRows({ text: offerById, values: [offerId] });
    if (!row) return false;
    const teamId = row.text(ownOfferJson.at('o.team_id')) ?? '';
    const [team] = await runner.rows({ text: 'SELECT name FROM teams WHERE id = $1', values: [teamId] });
    const source = labelSourceOf(ownOfferJson.toText(row), team?.[0] ?? '');
    const label = await this.versions.labelOf(runner, source, { teamId, on: this.clock.today() });
    return typeof label !== 'string' && label.hash.toString('hex') === hash;
  }
}

const offerById = `${selectOwnOffers('offers o')} WHERE o.id = $1`;

/** Their IDs contain the time at which they were stored, which is not before `shown_at`. */
const deleteOldViews = (beforeMs: number): Statement => ({
  text: `WITH gone AS (DELETE FROM label_views WHERE id IN (
        SELECT id FROM label_views WHERE id < $1 AND created_at < $2 ORDER BY id LIMIT ${viewsAtOnce} FOR UPDATE SKIP LOCKED) RETURNING team_id),
    counts AS (SELECT team_id, count(*)::integer AS n FROM gone GROUP BY team_id),
    -- Always in the same order, so that two processes do not wait for each other.
    locked AS MATERIALIZED (SELECT team_id FROM label_view_totals WHERE team_id IN (SELECT team_id FROM counts)
      ORDER BY team_id FOR UPDATE),
    counted AS (UPDATE label_view_totals t SET total = greatest(0, t.total - c.n) FROM counts c JOIN locked USING (team_id)
      WHERE c.team_id = t.team_id)
    SELECT count(*) FROM gone`,
  values: [firstIdAt(beforeMs), new Date(beforeMs)],
});

/**
 * Selects labels that are due, with the time until which a sale or a record of a view needs them; null if none does. A
 * record that still exists needs its label also if it was shown longer ago.
 */
const dueVersions: Statement = {
  text: `SELECT l.offer_id, l.version,
      CASE WHEN v.shown_at IS NOT NULL OR s.sold_at + ${keptFor} > now() THEN greatest(s.sold_at, v.shown_at) + ${keptFor} END,
      -- The number of the newest label is kept, so that it is not used again.
      NOT EXISTS (SELECT FROM label_versions n WHERE n.offer_id = l.offer_id AND n.version > l.version)
        AND EXISTS (SELECT FROM offers o WHERE o.id = l.offer_id),
      encode(l.hash, 'hex')
    FROM label_versions l
      CROSS JOIN LATERAL (SELECT max(sold_at) AS sold_at FROM label_sales
        WHERE offer_id = l.offer_id AND label_version = l.version) s
      CROSS JOIN LATERAL (SELECT max(shown_at) AS shown_at FROM label_views
        WHERE offer_id = l.offer_id AND label_version = l.version) v
    WHERE l.check_at <= now() ORDER BY l.check_at LIMIT ${versionsAtOnce} FOR UPDATE OF l SKIP LOCKED`,
  values: [],
};

/** Looks again when the last use is two years old, or in a month. */
const keepVersion = `UPDATE label_versions SET check_at = greatest(now() + interval '1 day', coalesce($3::timestamptz, now() + interval '30 days'))
  WHERE offer_id = $1 AND version = $2::integer`;
const deleteVersion = 'DELETE FROM label_versions WHERE offer_id = $1 AND version = $2::integer';
