import { Column, DeleteDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Team } from '../../teams/team.entity.js';

/** Why the service has disabled an endpoint: it failed for too long, or it answered 410 Gone. */
export type DisabledReason = 'failing' | 'gone';

/** A URL to which the events of a team are sent. The state of its deliveries is in `webhook_lanes`. */
@Entity('webhook_endpoints')
@Index('webhook_endpoints_team_idx', ['teamId', 'createdAt', 'id'])
export class WebhookEndpoint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_endpoints_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'webhook_endpoints_team_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  url: string;

  /** Types of events, and patterns such as `order.*`. */
  @Column('text', { array: true })
  events: string[];

  @Column('boolean')
  enabled: boolean;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** Null for no limit of its own. */
  @Column({ type: 'integer', name: 'max_per_second', nullable: true })
  maxPerSecond: number | null;

  /** See EndpointSecrets; null if the key with which it was encrypted is lost. */
  @Column({ type: 'bytea', nullable: true })
  sealed: Buffer | null;

  @Index('webhook_endpoints_data_key_idx', { where: 'data_key_id IS NOT NULL' })
  @Column({ type: 'text', name: 'data_key_id', nullable: true })
  keyId: string | null;

  @Column({ type: 'timestamptz', name: 'previous_secret_until', precision: 3, nullable: true })
  previousSecretUntil: Date | null;

  /** Null if the endpoint is enabled, or the team has disabled it. */
  @Column({ type: 'text', name: 'disabled_reason', nullable: true })
  disabledReason: DisabledReason | null;

  @Column({ type: 'timestamptz', name: 'disabled_at', precision: 3, nullable: true })
  disabledAt: Date | null;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  /** Such endpoints are invisible, also to TypeORM; DeletedEndpoints deletes them for good. */
  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}
