import { Column, Entity, PrimaryColumn } from 'typeorm';

export const teamRoles = ['provider', 'reseller', 'hybrid'] as const;
export type TeamRole = (typeof teamRoles)[number];

/** The tenant: a company that sells through the marketplace (provider), sells on (reseller), or both (hybrid). */
@Entity('teams')
export class Team {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'teams_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  role: TeamRole;

  /** When the operator vouched for the team; resellers see the catalog from then on. */
  @Column({ type: 'timestamptz', name: 'verified_at', precision: 3, nullable: true })
  verifiedAt: Date | null;

  /** While set, every key of the team is answered 403. */
  @Column({ type: 'timestamptz', name: 'suspended_at', precision: 3, nullable: true })
  suspendedAt: Date | null;

  /** ISO 4217 code in which the team's new offers are priced. */
  @Column({ type: 'char', name: 'default_currency', length: 3 })
  defaultCurrency: string;

  /** The name to sort by, kept by a trigger. */
  @Column({ type: 'text', name: 'name_key', collation: 'C', select: false, insert: false, update: false })
  nameKey?: string;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
