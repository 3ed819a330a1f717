import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../teams/team.entity.js';

/** A reseller that can see a provider's `preferred` offers. */
@Entity('preferred_partners')
@Index('preferred_partners_reseller_idx', ['resellerTeamId', 'effectiveDate', 'providerTeamId'])
@Check('preferred_partners_other_ck', 'provider_team_id <> reseller_team_id')
export class PreferredPartner {
  @ForeignKey(() => Team, { name: 'preferred_partners_provider_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'provider_team_id', primaryKeyConstraintName: 'preferred_partners_pk' })
  providerTeamId: string;

  @ForeignKey(() => Team, { name: 'preferred_partners_reseller_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'reseller_team_id', primaryKeyConstraintName: 'preferred_partners_pk' })
  resellerTeamId: string;

  @Column({ type: 'text', nullable: true })
  tier: string | null;

  /** The first day (UTC) on which the partner sees `preferred` offers. */
  @Column({ type: 'date', name: 'effective_date' })
  effectiveDate: string;

  @Column({ type: 'text', nullable: true })
  notes: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
