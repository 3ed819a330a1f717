import { Sql } from '../sql/sql.js';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BackgroundJobs } from '../common/background-jobs.js';

/** Shared service areas: the same 5,000 ZIP codes on 1,000 offers are stored once. */
@Injectable()
export class AreasService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly hourly: BackgroundJobs,
  ) {}

  onApplicationBootstrap(): void {
    this.hourly.everyHour('delete unused service areas', () => this.sweep());
  }

  /**
   * Deletes the area unless an offer uses it. In a transaction of its own that locks nothing else, so that it cannot
   * deadlock with writers; should the process die before it, the area is only left over.
   */
  async release(id: string | null): Promise<void> {
    if (id === null) return;
    await this.sql.transaction(async ({ manager }) => {
      // The lock is a statement of its own: the next one then sees the offers that its holders committed.
      await manager.query('SELECT 1 FROM service_areas WHERE id = $1 FOR UPDATE', [id]);
      await manager.query(
        'DELETE FROM service_areas a WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id)',
        [id],
      );
    });
  }

  /** Deletes areas that a killed process left over. */
  async sweep(): Promise<void> {
    const rows: { id: string }[] = await this.dataSource.query(
      `SELECT id FROM service_areas a WHERE NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id) LIMIT 1000`,
    );
    for (const { id } of rows) await this.release(id);
  }
}
