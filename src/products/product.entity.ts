import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Team } from '../teams/team.entity.js';
import { ProductColumns } from './product-columns.js';

/**
 * An item that a provider sells. `/products` and `/subscriptions/products` use the same rows; columns that
 * only one of them can set are null in rows created through the other.
 */
@Entity('products')
@Unique('products_id_team_type_uq', ['id', 'teamId', 'type'])
@Index('products_newest_idx', ['teamId', 'createdAt', 'id'])
@Index('products_external_id_idx', ['teamId', 'externalId'], { where: 'external_id IS NOT NULL' })
export class Product extends ProductColumns {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'products_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'products_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  /** The provider's own ID, which several products can have. */
  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId: string | null;

  @Column({ type: 'text', name: 'internal_name', nullable: true })
  internalName: string | null;

  @Column({ type: 'text', nullable: true })
  type: string | null;

  @Index('products_category_idx', { where: 'category IS NOT NULL' })
  @Column({ type: 'text', nullable: true })
  category: string | null;

  @Column({ type: 'text', name: 'network_provider_id', nullable: true })
  networkProviderId: string | null;

  @Column({ type: 'jsonb', nullable: true })
  features: object | null;

  @Column({ type: 'jsonb', nullable: true })
  requirements: object | null;

  @Column('jsonb')
  metadata: object;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
