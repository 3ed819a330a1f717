import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../common/background-jobs.js';
import { Clock } from '../common/clock.js';
import { firstIdAt } from '../common/new-id.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { Sql } from '../sql/sql.js';

/**
 * How many events are deleted at once: those of a team have one recipient and a few deliveries, those about an offer can
 * have hundreds of both, which are deleted with them.
 */
const steps = [
  { condition: 'team_id IS NOT NULL', size: 500 },
  { condition: 'team_id IS NULL', size: 10 },
] as const;
const pauseMs = 20;
const dayMs = 86_400_000;

/** Deletes old events, with their deliveries. Several processes can do so at the same time. */
@Injectable()
export class EventRetention implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: BackgroundJobs,
    private readonly sql: Sql,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runHourly('delete old events', () => this.deleteOld());
  }

  /** Deletes the events that have been kept for as long as configured, in small transactions. */
  async deleteOld(): Promise<void> {
    const end = this.clock.nowMs() - this.config.eventsRetentionDays * dayMs;
    for (const { condition, size } of steps) {
      const statement = {
        text: `DELETE FROM events WHERE id IN (
            SELECT id FROM events WHERE id < $1::uuid AND created_at < $2 AND ${condition}
             ORDER BY id LIMIT ${size} FOR UPDATE SKIP LOCKED)
          RETURNING 1`,
        values: [firstIdAt(end), new Date(end)],
      };
      while ((await this.sql.rows(statement)).length > 0) await sleep(pauseMs);
    }
  }
}
