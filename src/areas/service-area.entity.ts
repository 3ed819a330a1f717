import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../teams/team.entity.js';

/** Where an offer is available. Offers of a team with the same area share one row. */
@Entity('service_areas')
@Index('service_areas_hash_uq', ['teamId', 'hash'], { unique: true })
export class ServiceArea {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'service_areas_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'service_areas_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('bytea')
  hash: Buffer;

  /** Five digits each, sorted; null when the area names none. */
  @Column({ type: 'text', name: 'zip_codes', array: true, nullable: true })
  zipCodes: string[] | null;

  /** Two letters each, sorted; null when the area names none. */
  @Column({ type: 'text', array: true, nullable: true })
  states: string[] | null;

  /** How many ZIP codes there are, so that a list need not read them. */
  @Column({ type: 'integer', name: 'zip_count' })
  zipCount: number;
}
