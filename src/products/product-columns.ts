import { Column } from 'typeorm';
import type { PriceMap } from '../money/price-map.js';

/** The columns that a product and its snapshots in offerings have in common. */
export abstract class ProductColumns {
  @Column('text')
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  sku: string | null;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  /** The provider's own reference. For products unique within the team, by its MD5: it may be too long for an index. */
  @Column({ type: 'text', name: 'external_ref', nullable: true })
  externalRef: string | null;

  @Column({ type: 'jsonb', nullable: true })
  price: PriceMap | null;

  /** The price is for `priceUnitAmount` of these units. Null: for one billing period. */
  @Column({ type: 'text', name: 'price_unit', nullable: true })
  priceUnit: 'day' | 'month' | null;

  @Column({ type: 'integer', name: 'price_unit_amount', nullable: true })
  priceUnitAmount: number | null;
}
