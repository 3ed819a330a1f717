import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../team.entity.js';

export type ApiKeyStatus = 'active' | 'expired' | 'revoked';

/** An API key of a team. Only its SHA-256 hash is stored. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pk' })
  id: string;

  @Index('api_keys_team_idx')
  @ForeignKey(() => Team, { name: 'api_keys_team_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  name: string;

  /** The first 16 characters of the key: `od_live_` and its ID. They let users distinguish keys. */
  @Column('text')
  prefix: string;

  @Column('text')
  last4: string;

  @Index('api_keys_hash_uq', { unique: true })
  @Column({ type: 'bytea', name: 'key_hash' })
  keyHash: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  /** The key's own expiry, which a rotation does not change. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** The end of the grace period of a key that was rotated. */
  @Column({ type: 'timestamptz', name: 'retires_at', precision: 3, nullable: true })
  retiresAt: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;

  /** Stored with a delay of up to 10 seconds, and not separately for every request. */
  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** When the team was told that the key expires; null if that was not necessary yet. */
  @Column({ type: 'timestamptz', name: 'expiry_announced_at', precision: 3, nullable: true, select: false })
  expiryAnnouncedAt?: Date | null;

  @Column({ type: 'uuid', name: 'rotated_from_id', nullable: true })
  rotatedFromId: string | null;

  statusAt(now: Date): ApiKeyStatus {
    if (this.revokedAt && this.revokedAt <= now) return 'revoked';
    const { endsAt } = this;
    return endsAt && endsAt <= now ? 'expired' : 'active';
  }

  /** When the key stops working unless it is revoked before: its expiry or the end of its grace period. */
  get endsAt(): Date | null {
    return earlier(this.expiresAt, this.retiresAt);
  }
}

/** Returns the earlier of two times; null means never. */
export const earlier = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b));
