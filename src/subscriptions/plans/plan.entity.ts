import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../../teams/team.entity.js';
import { PlanColumns } from './plan-columns.js';

/** Billing rules under which a provider sells products, such as interval, length and discount. */
@Entity('plans')
@Index('plans_newest_idx', ['teamId', 'createdAt', 'id'])
export class Plan extends PlanColumns {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'plans_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'plans_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
