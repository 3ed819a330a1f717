import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../../teams/team.entity.js';

/**
 * Products under billing rules, as a provider sells them: snapshots of both hang on it. Whatever changes in it or in
 * its snapshots is done under the lock of its row and moves its version.
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

  /** The provider's own reference; unique within the team by its MD5, as it may exceed what an index row holds. */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  /** Has at least one product and one plan: resellers see it then. */
  @Column('boolean')
  complete: boolean;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
