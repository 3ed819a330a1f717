import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../../../teams/team.entity.js';
import { PlanColumns } from '../../plans/plan-columns.js';
import { Plan } from '../../plans/plan.entity.js';
import { Offering } from '../offering.entity.js';

/**
 * A snapshot of a plan. The copy belongs to one offering and is edited there. Its price is calculated when it
 * is read.
 */
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

  /** The plan from which it was copied; null if a build request contained its attributes. */
  @ForeignKey(() => Plan, { name: 'offering_plans_origin_fk', onDelete: 'RESTRICT' })
  @Column({ type: 'uuid', name: 'origin_id', nullable: true })
  originId: string | null;

  /** Determines the order of the plans in the offering; removed plans leave gaps. */
  @Column('integer')
  position: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
