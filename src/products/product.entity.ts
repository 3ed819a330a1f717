import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { PriceMap } from '../money/price-map.js';
import { Team } from '../teams/team.entity.js';

export type { PriceMap } from '../money/price-map.js';

/**
 * Something that a provider sells by subscription. One row serves both the subscription surface and the product
 * offerings; columns that only one of them knows are null for the other.
 */
@Entity('products')
@Unique('products_id_team_type_uq', ['id', 'teamId', 'type'])
@Index('products_newest_idx', ['teamId', 'createdAt', 'id'])
export class Product {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'products_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'products_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  name: string;

  @Column({ type: 'text', name: 'internal_name', nullable: true })
  internalName: string | null;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  sku: string | null;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  /** The provider's own reference; unique within the team by its MD5, as it may exceed what an index row holds. */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  @Column({ type: 'jsonb', nullable: true })
  price: PriceMap | null;

  /** The price is for `priceUnitAmount` of these, else for one billing period. */
  @Column({ type: 'text', name: 'price_unit', nullable: true })
  priceUnit: 'day' | 'month' | null;

  @Column({ type: 'integer', name: 'price_unit_amount', nullable: true })
  priceUnitAmount: number | null;

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
