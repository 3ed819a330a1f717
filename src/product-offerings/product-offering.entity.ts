import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { PriceMap } from '../money/price-map.js';
import { Product } from '../products/product.entity.js';
import type { CustomerType, ProductCategory, ProductType } from '../products/product-types.js';
import { Team } from '../teams/team.entity.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';

export const productOfferingStatuses = ['AVAILABLE', 'ARCHIVED'] as const;
export type ProductOfferingStatus = (typeof productOfferingStatuses)[number];

export const priceTypes = ['ONE_TIME', 'RECURRING'] as const;
export type PriceType = (typeof priceTypes)[number];

export const billingPeriods = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type BillingPeriod = (typeof billingPeriods)[number];

/** A product combined with a price, for one type of customer. The product is referenced, not copied. */
@Entity('product_offerings')
@Unique('product_offerings_id_team_uq', ['id', 'teamId'])
@ForeignKey(() => Product, ['productId', 'teamId', 'productType'], ['id', 'teamId', 'type'], {
  name: 'product_offerings_product_fk',
})
@Index('product_offerings_newest_idx', ['teamId', 'status', 'createdAt', 'id'])
@Index('product_offerings_external_id_idx', ['teamId', 'externalId'], { where: 'external_id IS NOT NULL' })
@Index('product_offerings_available_idx', ['createdAt', 'id'], { where: "status = 'AVAILABLE'" })
@Index('product_offerings_type_idx', ['productType', 'createdAt', 'id'], { where: "status = 'AVAILABLE'" })
export class ProductOffering {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'product_offerings_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'product_offerings_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Index('product_offerings_product_idx')
  @Column({ type: 'uuid', name: 'product_id' })
  productId: string;

  /** Copy of the product's type, kept in sync by the foreign key. */
  @Column({ type: 'text', name: 'product_type' })
  productType: ProductType;

  @Index('product_offerings_group_idx', { where: 'group_id IS NOT NULL' })
  @ForeignKey(() => ProductOfferingGroup, { name: 'product_offerings_group_fk' })
  @Column({ type: 'uuid', name: 'group_id', nullable: true })
  groupId: string | null;

  @Column('text')
  name: string;

  @Column('text')
  status: ProductOfferingStatus;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** Sanitized HTML. */
  @Column({ type: 'text', name: 'rich_content', nullable: true })
  richContent: string | null;

  @Column({ type: 'text', name: 'customer_type' })
  customerType: CustomerType;

  /**
   * The price before any discount, in minor units, keyed by currency. It always includes the default
   * currency.
   */
  @Column('jsonb')
  price: PriceMap;

  /** What is charged once in addition to a recurring price, in some of its currencies. */
  @Column({ type: 'jsonb', name: 'one_time_price', nullable: true })
  oneTimePrice: PriceMap | null;

  @Column({ type: 'char', name: 'default_currency', length: 3 })
  defaultCurrency: string;

  @Column({ type: 'text', name: 'price_type' })
  priceType: PriceType;

  /** Commitment period in months; 0 means no commitment. */
  @Column({ type: 'integer', name: 'bound_months' })
  boundMonths: number;

  /** Set only for recurring prices, together with the interval. */
  @Column({ type: 'text', name: 'billing_period', nullable: true })
  billingPeriod: BillingPeriod | null;

  @Column({ type: 'integer', name: 'billing_interval', nullable: true })
  billingInterval: number | null;

  /** Categories of the subscriptions that an add-on can be added to; empty for other product types. */
  @Column({ type: 'text', name: 'addon_categories', array: true })
  addonCategories: ProductCategory[];

  /** The provider's own ID, which several product offerings can have. Visible only to the owner. */
  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId: string | null;

  /** Visible only to the owner. */
  @Column({ type: 'text', name: 'internal_description', nullable: true })
  internalDescription: string | null;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  @Column('jsonb')
  metadata: object;

  /** Words of the name and the description, maintained by a trigger. */
  @Column({ type: 'tsvector', select: false, insert: false, update: false })
  search?: string;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  /** When other teams saw the last change; null if that is `updatedAt`. Maintained by a trigger. */
  @Column({
    type: 'timestamptz',
    name: 'visible_updated_at',
    precision: 3,
    nullable: true,
    insert: false,
    update: false,
  })
  visibleUpdatedAt: Date | null;
}
