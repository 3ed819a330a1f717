import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../teams/team.entity.js';
import type { License, LicenseKind } from './license.js';

/** A license that a team holds. */
@Entity('licenses')
@Index('licenses_number_uq', ['teamId', 'kind', 'state', 'number'], { unique: true })
@Index('licenses_newest_idx', ['teamId', 'createdAt', 'id'])
export class StoredLicense implements License {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'licenses_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'licenses_team_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  kind: LicenseKind;

  /** USPS code; null for the federal registration. */
  @Column({ type: 'char', length: 2, nullable: true })
  state: string | null;

  @Column('text')
  number: string;

  @Column({ type: 'text', nullable: true })
  holder: string | null;

  /** The last day on which the license is valid; null if it does not expire. */
  @Column({ type: 'date', name: 'expires_on', nullable: true })
  expiresOn: string | null;

  @Column({ type: 'text', name: 'document_url', nullable: true })
  documentUrl: string | null;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
