import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BackgroundJobs } from '../common/background-jobs.js';
import { Sql } from '../sql/sql.js';

/** Deletes service areas that no offer uses any more. Offers of a team with the same area share one row. */
@Injectable()
export class AreasService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly jobs: BackgroundJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runHourly('delete unused service areas', () => this.deleteUnused());
  }

  /**
   * Deletes the area unless an offer uses it. Call it after the offer's own transaction: in a separate one that locks
   * nothing else it cannot deadlock with writers. If the process dies in between, deleteUnused() finds the area.
   */
  async deleteIfUnused(id: string | null): Promise<void> {
    if (id === null) return;
    await this.sql.transaction(async ({ manager }) => {
      // A separate statement: the DELETE then sees offers that were committed while we waited for the lock.
      await manager.query('SELECT 1 FROM service_areas WHERE id = $1 FOR UPDATE', [id]);
      await manager.query(
        'DELETE FROM service_areas a WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id)',
        [id],
      );
    });
  }

  /** Deletes up to 1,000 unused areas that earlier processes left behind. */
  async deleteUnused(): Promise<void> {
    const rows: { id: string }[] = await this.dataSource.query(
      `SELECT id FROM service_areas a WHERE NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id) LIMIT 1000`,
    );
    for (const { id } of rows) await this.deleteIfUnused(id);
  }
}
