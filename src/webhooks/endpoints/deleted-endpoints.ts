import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { Sql } from '../../sql/sql.js';

/** How often to look for deleted endpoints, in milliseconds. */
const intervalMs = 60_000;
const batchSize = 500;
const pauseMs = 20;
/**
 * How long the rows of a deleted endpoint are kept, in minutes. By then, no process is sending or storing deliveries that
 * it read before.
 */
const keptMinutes = 5;

/** Deletes the rows of endpoints that their teams have deleted, in small steps. Several processes can do so. */
@Injectable()
export class DeletedEndpoints implements OnApplicationBootstrap {
  constructor(
    private readonly sql: Sql,
    private readonly jobs: BackgroundJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runEvery(intervalMs, 'delete webhook endpoints', () => this.deleteAll());
  }

  async deleteAll(): Promise<void> {
    const found = await this.sql.rows({
      text: `SELECT id FROM webhook_endpoints WHERE deleted_at < now() - interval '${keptMinutes} minutes'`,
      values: [],
    });
    for (const [id] of found) {
      while ((await this.deleteSome(id)) === batchSize) await sleep(pauseMs);
      await this.sql.rows({
        text: `DELETE FROM webhook_endpoints WHERE id = $1
          AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE endpoint_id = $1)`,
        values: [id],
      });
    }
  }

  /** Returns the number of deliveries deleted; fewer than a batch if none are left, or another process is deleting. */
  private async deleteSome(endpointId: string | null | undefined): Promise<number> {
    const [[count] = []] = await this.sql.rows({
      text: `WITH gone AS (DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries
          WHERE endpoint_id = $1 LIMIT ${batchSize} FOR UPDATE SKIP LOCKED) RETURNING 1) SELECT count(*) FROM gone`,
      values: [endpointId],
    });
    return Number(count);
  }
}
