import { Column, Entity, PrimaryColumn } from 'typeorm';

export const teamRoles = ['provider', 'reseller', 'hybrid'] as const;
export type TeamRole = (typeof teamRoles)[number];

/** A tenant: a company that publishes offers (provider), resells the offers of others (reseller), or both (hybrid). */
@Entity('teams')
export class Team {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'teams_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  role: TeamRole;

  /** When the operator verified the team. Resellers can see the catalog only while they are verified. */
  @Column({ type: 'timestamptz', name: 'verified_at', precision: 3, nullable: true })
  verifiedAt: Date | null;

  /** While set, every request with one of the team's keys is rejected with 403. */
  @Column({ type: 'timestamptz', name: 'suspended_at', precision: 3, nullable: true })
  suspendedAt: Date | null;

  /** Default currency of the team's new offers, as an ISO 4217 code. */
  @Column({ type: 'char', name: 'default_currency', length: 3 })
  defaultCurrency: string;

  /** The words of the name without accents, for sorting; maintained by a trigger. */
  @Column({ type: 'text', name: 'name_key', collation: 'C', select: false, insert: false, update: false })
  nameKey?: string;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
