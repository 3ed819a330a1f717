import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { CustomerType, ProductCategory } from '../products/product-types.js';
import { Team } from '../teams/team.entity.js';
import { Discount } from './discounts/discount.entity.js';

/** Gives customers a discount when they enter its promo code. */
@Entity('promotions')
@Unique('promotions_id_team_uq', ['id', 'teamId'])
@Index('promotions_promo_code_uq', ['promoCode', 'teamId'], { unique: true, where: 'active' })
@Index('promotions_promo_code_idx', ['promoCode', 'teamId'])
@ForeignKey(() => Discount, ['discountId', 'teamId'], ['id', 'teamId'], { name: 'promotions_discount_fk' })
@Index('promotions_newest_idx', ['teamId', 'createdAt', 'id'])
export class Promotion {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'promotions_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'promotions_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Index('promotions_discount_idx')
  @Column({ type: 'uuid', name: 'discount_id' })
  discountId: string;

  /** In uppercase; unique among the active promotions of the team. */
  @Column({ type: 'text', name: 'promo_code' })
  promoCode: string;

  @Column({ type: 'integer', name: 'discount_period_months' })
  discountPeriodMonths: number;

  /** First day of validity in UTC; null means valid immediately. */
  @Column({ type: 'date', name: 'valid_from', nullable: true })
  validFrom: string | null;

  /** Last day of validity in UTC, inclusive; null means that the promotion does not expire. */
  @Column({ type: 'date', name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column({ type: 'integer', name: 'max_redemptions', nullable: true })
  maxRedemptions: number | null;

  @Column({ type: 'integer', name: 'redemption_count' })
  redemptionCount: number;

  /** False once the promotion was stopped, or once it had ended and another one took over its code. */
  @Column('boolean', { default: true })
  active: boolean;

  @Column('integer', { default: 1 })
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

/**
 * Selects product offerings to which a promotion applies. Exactly one of the last four columns is set. A
 * promotion without targets applies to all product offerings of its team.
 */
@Entity('promotion_targets')
@ForeignKey(() => Promotion, ['promotionId', 'teamId'], ['id', 'teamId'], {
  name: 'promotion_targets_promotion_fk',
  onDelete: 'CASCADE',
})
@ForeignKey('ProductOffering', ['productOfferingId', 'teamId'], ['id', 'teamId'], {
  name: 'promotion_targets_offering_fk',
  onDelete: 'CASCADE',
})
@Index('promotion_targets_group_idx', ['teamId', 'groupSlug'], { where: 'group_slug IS NOT NULL' })
@ForeignKey('ProductOfferingGroup', ['teamId', 'groupSlug'], ['teamId', 'slug'], {
  name: 'promotion_targets_group_fk',
})
export class PromotionTarget {
  @PrimaryColumn('uuid', { name: 'promotion_id', primaryKeyConstraintName: 'promotion_targets_pk' })
  promotionId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'promotion_targets_pk' })
  position: number;

  @ForeignKey(() => Team, { name: 'promotion_targets_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Index('promotion_targets_offering_idx', { where: 'product_offering_id IS NOT NULL' })
  @Column({ type: 'uuid', name: 'product_offering_id', nullable: true })
  productOfferingId: string | null;

  @Column({ type: 'text', name: 'group_slug', nullable: true })
  groupSlug: string | null;

  @Column({ type: 'text', nullable: true })
  category: ProductCategory | null;

  @Column({ type: 'text', name: 'customer_type', nullable: true })
  customerType: CustomerType | null;
}
