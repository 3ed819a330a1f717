import { Column } from 'typeorm';
import type { PriceMap } from '../../money/price-map.js';

export const intervalTypes = ['day', 'week', 'month', 'year'] as const;
export type IntervalType = (typeof intervalTypes)[number];

export const endBehaviors = ['close', 'roll'] as const;
export type EndBehavior = (typeof endBehaviors)[number];

/**
 * A percentage with at most 4 decimal places. It is converted here, because the driver returns numeric
 * columns as text.
 */
const percentageTransformer = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

/** The columns shared by a plan and its snapshots in offerings. */
export abstract class PlanColumns {
  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /**
   * The provider's own reference, unique within the team for plans. The unique index contains its MD5 hash,
   * because the reference may be too long for an index.
   */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  @Column({ type: 'text', name: 'billing_interval_type' })
  billingIntervalType: IntervalType;

  /** Number of intervals from one bill to the next. */
  @Column({ type: 'integer', name: 'billing_frequency' })
  billingFrequency: number;

  /** Number of intervals for which a subscription runs. */
  @Column({ type: 'integer', name: 'plan_length' })
  planLength: number;

  /** Number of intervals before the first bill. */
  @Column({ type: 'integer', name: 'trial_period', nullable: true })
  trialPeriod: number | null;

  @Column({ type: 'text', name: 'end_behavior' })
  endBehavior: EndBehavior;

  @Column({ type: 'boolean', name: 'can_pause' })
  canPause: boolean;

  @Column({ type: 'boolean', name: 'can_resume' })
  canResume: boolean;

  @Column({ type: 'boolean', name: 'can_cancel' })
  canCancel: boolean;

  /** Discount on the sum of the product prices, in percent: 10 means 10% off. */
  @Column({
    type: 'numeric',
    precision: 7,
    scale: 4,
    name: 'base_price_percentage',
    nullable: true,
    transformer: percentageTransformer,
  })
  basePricePercentage: number | null;

  /** Price that replaces the product prices and takes precedence over the percentage. */
  @Column({ type: 'jsonb', name: 'fixed_price', nullable: true })
  fixedPrice: PriceMap | null;
}
