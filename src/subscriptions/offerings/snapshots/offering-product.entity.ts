import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProductColumns } from '../../../products/product-columns.js';
import { Product } from '../../../products/product.entity.js';
import { Team } from '../../../teams/team.entity.js';
import { Offering } from '../offering.entity.js';

/** A snapshot of a product. The copy belongs to one offering and is edited there. */
@Entity('offering_products')
@Index('offering_products_origin_uq', ['originId', 'offeringId'], { unique: true })
@Index('offering_products_position_uq', ['offeringId', 'position'], { unique: true })
export class OfferingProduct extends ProductColumns {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offering_products_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offering_products_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @ForeignKey(() => Offering, { name: 'offering_products_offering_fk', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', name: 'offering_id' })
  offeringId: string;

  /** The product from which it was copied; null if a build request contained its attributes. */
  @ForeignKey(() => Product, { name: 'offering_products_origin_fk', onDelete: 'RESTRICT' })
  @Column({ type: 'uuid', name: 'origin_id', nullable: true })
  originId: string | null;

  /** Determines the order of the products in the offering; removed products leave gaps. */
  @Column('integer')
  position: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
