import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PriceMap } from '../../../money/price-map.js';
import { Product } from '../../../products/product.entity.js';
import { Team } from '../../../teams/team.entity.js';
import { Offering } from '../offering.entity.js';

/** A product as it was when it came into an offering, and as it was edited there since. */
@Entity('offering_products')
@Index('offering_products_origin_uq', ['originId', 'offeringId'], { unique: true })
@Index('offering_products_position_uq', ['offeringId', 'position'], { unique: true })
export class OfferingProduct {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offering_products_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offering_products_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @ForeignKey(() => Offering, { name: 'offering_products_offering_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'offering_id' })
  offeringId: string;

  /** The product it was copied from; null when it was given whole while the offering was built. */
  @ForeignKey(() => Product, { name: 'offering_products_origin_fk', onDelete: 'RESTRICT' })
  @Column({ type: 'uuid', name: 'origin_id', nullable: true })
  originId: string | null;

  /** Where it stands among the products of the offering, with gaps. */
  @Column('integer')
  position: number;

  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  sku: string | null;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  @Column({ type: 'jsonb', nullable: true })
  price: PriceMap | null;

  @Column({ type: 'text', name: 'price_unit', nullable: true })
  priceUnit: 'day' | 'month' | null;

  @Column({ type: 'integer', name: 'price_unit_amount', nullable: true })
  priceUnitAmount: number | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
