import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../teams/team.entity.js';

/** An area in which offers are available. A team's offers with the same area share one row. */
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

  /** Sorted five-digit codes; null if the area has no list of ZIP codes. */
  @Column({ type: 'text', name: 'zip_codes', array: true, nullable: true })
  zipCodes: string[] | null;

  /** Sorted two-letter codes; null if the area has no list of states. */
  @Column({ type: 'text', array: true, nullable: true })
  states: string[] | null;

  /** The number of ZIP codes, stored so that lists of offers do not require reading the codes. */
  @Column({ type: 'integer', name: 'zip_count' })
  zipCount: number;
}
