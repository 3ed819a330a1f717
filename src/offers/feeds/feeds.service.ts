import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { Clock } from '../../common/clock.js';
import { Conflict } from '../../common/errors.js';
import { newId } from '../../common/new-id.js';
import { CursorCodec } from '../../paging/cursor.js';
import { keysetPage } from '../../paging/keyset.js';
import type { Page, PageQuery } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import { isoTime } from '../../sql/wire/json-row-writer.js';
import { offerStatuses, type OfferStatus } from '../offer-status.js';
import {
  beginLoad,
  endAllDeadLoads,
  endDeadLoads,
  forgetListedOfDead,
  forgottenRows,
  loadTimeoutSeconds,
  rememberFeed,
  runningLoad,
} from './feed-loads.query.js';
import { FeedUpload } from './feed-upload.js';
import { Feed } from './feed.entity.js';

/** A feed with the number of its offers by status. */
export interface CountedFeed extends Feed {
  offers: Record<OfferStatus, number>;
}

/** Lists the feeds of a provider, and begins uploads to them. */
@Injectable()
export class FeedsService implements OnApplicationBootstrap {
  constructor(
    private readonly sql: Sql,
    @InjectRepository(Feed) private readonly feeds: Repository<Feed>,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    private readonly jobs: BackgroundJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runHourly('end loads of feeds whose process died', () => this.endDead());
  }

  /**
   * Begins an upload to a feed, which `report` ends. @throws Conflict if the upload is complete and another complete load
   * of the feed is in progress
   */
  async begin(
    teamId: string,
    { feed, complete, dryRun }: { feed: string; complete: boolean; dryRun: boolean },
  ): Promise<FeedUpload> {
    const load = { id: newId(), teamId, feed, complete, dryRun };
    if (!dryRun) await this.sql.rows(rememberFeed(teamId, feed, this.clock.now()));
    const begun =
      !complete ||
      (await this.sql.transaction(async (tx) => {
        await tx.rows(endDeadLoads(teamId, feed));
        return (await tx.rows(beginLoad(load))).length > 0;
      }));
    if (!begun) {
      const [[startedAt] = []] = await this.sql.rows(runningLoad(teamId, feed));
      throw new Conflict(
        `Another complete load of the feed ${feed} is in progress${startedAt ? ` since ${isoTime(startedAt)}` : ''}; try again when it has ended. A load whose connection broke ends within ${loadTimeoutSeconds} seconds`,
      );
    }
    return new FeedUpload(this.sql, this.clock, load);
  }

  /** Returns a page of the team's feeds, newest first. */
  async list(teamId: string, query: PageQuery): Promise<Page<CountedFeed>> {
    const list = this.feeds.createQueryBuilder('feed').where({ teamId });
    const page = await keysetPage(list, query, {
      name: `feeds ${teamId}`,
      cursors: this.cursors,
      id: 'name',
    });
    const counted = await this.sql.rows({
      text: `SELECT feed, status, count(*) FROM offers WHERE team_id = $1 AND feed = ANY ($2) GROUP BY feed, status`,
      values: [teamId, page.items.map(({ name }) => name)],
    });
    const counts = new Map(counted.map(([feed, status, count]) => [`${status} ${feed}`, Number(count)]));
    const countsOf = ({ name }: Feed) =>
      Object.fromEntries(offerStatuses.map((status) => [status, counts.get(`${status} ${name}`) ?? 0]));
    const items = page.items.map((feed) => ({
      ...feed,
      offers: countsOf(feed) as Record<OfferStatus, number>,
    }));
    return { ...page, items, cursorAfter: undefined };
  }

  /** Ends loads whose process died, and deletes what they have left behind. */
  private async endDead(): Promise<void> {
    await this.sql.rows(endAllDeadLoads);
    for (let count = forgottenRows; count === forgottenRows;)
      count = Number((await this.sql.rows(forgetListedOfDead))[0]?.[0]);
  }
}
