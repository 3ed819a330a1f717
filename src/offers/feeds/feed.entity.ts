import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { BulkSummary } from '../../bulk/bulk-result.js';
import { Team } from '../../teams/team.entity.js';

/** The result of an upload to a feed. */
export interface StoredLoad extends BulkSummary {
  /** ISO 8601. */
  endedAt: string;
  complete: boolean;
}

/** A source from which a provider loads offers. */
@Entity('feeds')
export class Feed {
  @ForeignKey(() => Team, { name: 'feeds_team_fk' })
  @PrimaryColumn('uuid', { name: 'team_id', primaryKeyConstraintName: 'feeds_pk' })
  teamId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'feeds_pk' })
  name: string;

  @Column({ type: 'jsonb', name: 'last_load', nullable: true })
  lastLoad: StoredLoad | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}
