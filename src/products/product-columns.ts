import { Column } from 'typeorm';
import type { PriceMap } from '../money/price-map.js';

/** The columns shared by a product and its snapshots in offerings. */
export abstract class ProductColumns {
  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  sku: string | null;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  /**
   * The provider's own reference, unique within the team for products. The unique index contains its MD5
   * hash, because the reference may be too long for an index.
   */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  @Column({ type: 'jsonb', nullable: true })
  price: PriceMap | null;

  /** What is charged once, at the start, in addition to the price. */
  @Column({ type: 'jsonb', name: 'one_time_price', nullable: true })
  oneTimePrice: PriceMap | null;

  /** The price covers `priceUnitAmount` of these units; null if it covers one billing period. */
  @Column({ type: 'text', name: 'price_unit', nullable: true })
  priceUnit: 'day' | 'month' | null;

  @Column({ type: 'integer', name: 'price_unit_amount', nullable: true })
  priceUnitAmount: number | null;
}
