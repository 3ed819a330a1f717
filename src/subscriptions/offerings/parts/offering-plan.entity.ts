import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PlanColumns } from '../../plans/plan-columns.js';
import { Plan } from '../../plans/plan.entity.js';
import { Team } from '../../../teams/team.entity.js';
import { Offering } from '../offering.entity.js';

/** A plan as it was when it came into an offering, and as it was edited there since. Its price is never stored. */
@Entity('offering_plans')
@Index('offering_plans_origin_uq', ['originId', 'offeringId'], { unique: true })
@Index('offering_plans_position_uq', ['offeringId', 'position'], { unique: true })
export class OfferingPlan extends PlanColumns {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offering_plans_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offering_plans_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @ForeignKey(() => Offering, { name: 'offering_plans_offering_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'offering_id' })
  offeringId: string;

  /** The plan it was copied from; null when it was given whole while the offering was built. */
  @ForeignKey(() => Plan, { name: 'offering_plans_origin_fk', onDelete: 'RESTRICT' })
  @Column({ type: 'uuid', name: 'origin_id', nullable: true })
  originId: string | null;

  /** Where it stands among the plans of the offering, with gaps. */
  @Column('integer')
  position: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
