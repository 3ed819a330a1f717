import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../common/background-jobs.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { Sql } from '../sql/sql.js';

/**
 * Deletes service areas that are no longer used by any offer. A team's offers with the same area share one
 * row.
 */
@Injectable()
export class AreasService implements OnApplicationBootstrap {
  /** The number of ZIP codes that the areas of a team can contain together. */
  readonly zipCodeLimit: number;

  constructor(
    private readonly sql: Sql,
    private readonly jobs: BackgroundJobs,
    @Inject(CONFIG) config: Config,
  ) {
    this.zipCodeLimit = config.teamZipCodes === 0 ? Number.MAX_SAFE_INTEGER : config.teamZipCodes;
  }

  onApplicationBootstrap(): void {
    this.jobs.runHourly('delete unused service areas', () => this.deleteUnused());
  }

  /**
   * Deletes the area unless an offer uses it. Call this after the offer's transaction has ended, because a
   * separate transaction that locks nothing else cannot deadlock with writers. If the process exits in
   * between, deleteUnused() deletes the area later.
   */
  async deleteIfUnused(id: string | null): Promise<void> {
    if (id === null) return;
    const [unused] = await this.sql.rows({
      text: 'SELECT team_id FROM service_areas a WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id)',
      values: [id],
    });
    if (!unused) return;
    await this.sql.transaction(async ({ manager }) => {
      await manager.query('SELECT 1 FROM team_area_usage WHERE team_id = $1 FOR NO KEY UPDATE', [...unused]);
      // Writers lock an area before the usage, so waiting for the area here could deadlock. Who locks it, uses it
      // again. A separate statement acquires the lock, so that the DELETE sees offers committed before.
      const locked: unknown[] = await manager.query(
        'SELECT 1 FROM service_areas WHERE id = $1 FOR UPDATE SKIP LOCKED',
        [id],
      );
      if (locked.length === 0) return;
      await manager.query(
        'DELETE FROM service_areas a WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id)',
        [id],
      );
    });
  }

  /** Deletes up to 1,000 unused areas left behind by earlier processes. */
  async deleteUnused(): Promise<void> {
    const rows: { id: string }[] = await this.sql.job(({ manager }) =>
      manager.query(
        `SELECT id FROM service_areas a WHERE NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id) LIMIT 1000`,
      ),
    );
    for (const { id } of rows) await this.deleteIfUnused(id);
  }
}
