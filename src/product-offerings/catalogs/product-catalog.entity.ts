import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { CustomerType } from '../../products/product-types.js';
import { Team } from '../../teams/team.entity.js';
import { ProductOffering } from '../product-offering.entity.js';

/** A selection of a team's product offerings for one type of customer. */
@Entity('product_catalogs')
@Index('product_catalogs_newest_idx', ['teamId', 'createdAt', 'id'])
@Index('product_catalogs_default_uq', ['customerType', 'teamId'], { unique: true, where: 'is_default' })
export class ProductCatalog {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'product_catalogs_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'product_catalogs_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', name: 'customer_type' })
  customerType: CustomerType;

  /** At most one catalog per team and customer type is the default. */
  @Column({ type: 'boolean', name: 'is_default' })
  isDefault: boolean;

  /**
   * Since when the provider has had a default catalog for the customer type, by the database's clock; null in
   * other catalogs. writeCatalog() maintains it.
   */
  @Column({
    type: 'timestamptz',
    name: 'default_since',
    precision: 3,
    nullable: true,
    select: false,
    insert: false,
    update: false,
  })
  defaultSince?: Date | null;

  /** Reference in the provider's own systems. */
  @Column({ type: 'text', name: 'external_reference', nullable: true })
  externalReference: string | null;

  @Column('jsonb')
  metadata: object;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

/** A product offering in a catalog. */
@Entity('product_catalog_items')
@Unique('product_catalog_items_once_uq', ['productCatalogId', 'productOfferingId'])
@ForeignKey(() => ProductOffering, ['productOfferingId', 'teamId'], ['id', 'teamId'], {
  name: 'product_catalog_items_offering_fk',
  onDelete: 'CASCADE',
})
export class ProductCatalogItem {
  @ForeignKey(() => ProductCatalog, { name: 'product_catalog_items_catalog_fk', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', {
    name: 'product_catalog_id',
    primaryKeyConstraintName: 'product_catalog_items_pk',
  })
  productCatalogId: string;

  /** Position in the catalog, from 0. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'product_catalog_items_pk' })
  position: number;

  @ForeignKey(() => Team, { name: 'product_catalog_items_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Index('product_catalog_items_offering_idx')
  @Column({ type: 'uuid', name: 'product_offering_id' })
  productOfferingId: string;
}
