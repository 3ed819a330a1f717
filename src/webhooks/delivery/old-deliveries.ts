import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';

/** Shorter than the interval in which events are deleted, so that few deliveries are left to be deleted with them. */
const intervalMs = 600_000;
const batchSize = 500;
const pauseMs = 20;

/** Deletes deliveries of events whose retention is over, whatever their status, in small steps. */
const deleteBatch = `WITH gone AS (
    DELETE FROM webhook_deliveries WHERE id IN (
      SELECT d.id FROM events e JOIN webhook_deliveries d ON d.event_id = e.id
       WHERE e.created_at < now() - $1 * interval '1 day' ORDER BY e.created_at LIMIT ${batchSize}
         FOR UPDATE OF d SKIP LOCKED)
    RETURNING 1)
  SELECT count(*) FROM gone`;

/** Deletes old deliveries with their attempts. Several processes can do so at the same time. */
@Injectable()
export class OldDeliveries implements OnApplicationBootstrap {
  constructor(
    private readonly sql: Sql,
    private readonly jobs: BackgroundJobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runEvery(intervalMs, 'delete old webhook deliveries', () => this.deleteAll());
  }

  async deleteAll(): Promise<void> {
    const { eventsRetentionDays } = this.config;
    for (;;) {
      const [row] = await this.sql.rows({ text: deleteBatch, values: [eventsRetentionDays] });
      if (Number(row?.[0]) < batchSize) return;
      await sleep(pauseMs);
    }
  }
}
