import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Hourly } from '../common/hourly.js';
import { areaHash, type Area } from './area.js';

/** Shared service areas: the same 5,000 ZIP codes on 1,000 offers are stored once. */
@Injectable()
export class AreasService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hourly: Hourly,
  ) {}

  onApplicationBootstrap(): void {
    this.hourly.run('delete unused service areas', () => this.sweep());
  }

  /** The id of the team's area, which is stored when it is new; locked against clean-up until the end of `tx`. */
  async claim(tx: EntityManager, teamId: string, area: Area): Promise<string> {
    const hash = areaHash(area);
    const known = await this.find(tx, teamId, hash);
    if (known) return known;
    const inserted: { id: string }[] = await tx.query(
      `INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (team_id, hash) DO NOTHING RETURNING id`,
      [uuidv7(), teamId, hash, area.zipCodes, area.states, area.zipCodes?.length ?? 0],
    );
    const [row] = inserted;
    // Somebody else stored it in the meantime; it may even be gone again.
    if (!row) return (await this.find(tx, teamId, hash)) ?? this.claim(tx, teamId, area);
    await tx.query('INSERT INTO service_area_places (place, service_area_id) SELECT unnest($1::text[]), $2', [
      [...(area.zipCodes ?? []), ...(area.states ?? [])],
      row.id,
    ]);
    return row.id;
  }

  /**
   * Deletes the area unless an offer uses it. In a transaction of its own that locks nothing else, so that it cannot
   * deadlock with writers; should the process die before it, the area is only left over.
   */
  async release(id: string | null): Promise<void> {
    if (id === null) return;
    await this.dataSource.transaction(async (tx) => {
      // The lock is a statement of its own: the next one then sees the offers that its holders committed.
      await tx.query('SELECT 1 FROM service_areas WHERE id = $1 FOR UPDATE', [id]);
      await tx.query(
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

  private async find(tx: EntityManager, teamId: string, hash: Buffer): Promise<string | undefined> {
    const rows: { id: string }[] = await tx.query(
      'SELECT id FROM service_areas WHERE team_id = $1 AND hash = $2 FOR KEY SHARE',
      [teamId, hash],
    );
    return rows[0]?.id;
  }
}
