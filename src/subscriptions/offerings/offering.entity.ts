import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../../teams/team.entity.js';

/**
 * Products and plans that a provider sells together, stored as snapshots. Every change to an offering or its
 * snapshots locks the offering's row and increments its version.
 */
@Entity('offerings')
@Index('offerings_newest_idx', ['teamId', 'createdAt', 'id'])
@Index('offerings_complete_idx', ['createdAt', 'id', 'teamId'], { where: 'complete' })
@Index('offerings_oldest_idx', ['createdAt', 'id', 'teamId', 'complete'])
export class Offering {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offerings_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offerings_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /**
   * The provider's own reference, unique within the team. The unique index contains its MD5 hash, because the
   * reference may be too long for an index.
   */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  /** Whether the offering has at least one product and one plan. Resellers see only complete offerings. */
  @Column('boolean')
  complete: boolean;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
