import type { DataSource } from 'typeorm';
import { providerIsVisible } from '../teams/provider-visibility.js';
import type { Discount } from './discounts/discount.entity.js';
import type { DiscountRule } from './promo-price.js';
import type { Target } from './promotion-targets.js';

/** A promotion that can be redeemed now, with all that pricing needs. */
export interface LivePromotion extends DiscountRule {
  id: string;
  teamId: string;
  promoCode: string;
  discountPeriodMonths: number;
  validFrom: string | null;
  validTo: string | null;
  discount: Pick<Discount, 'id' | 'description' | 'tag' | 'createdAt' | 'updatedAt'>;
  targets: Target[];
}

interface Row extends Omit<LivePromotion, 'percent' | 'discount'> {
  percent: string | null;
  discountId: string;
  description: string;
  tag: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Whose promotions are looked at: those of one team, and where `others`, of every provider not suspended. */
export interface CodeScope {
  teamId: string;
  others: boolean;
}

/**
 * The promotions with the code (in capitals) that can be redeemed on the day, the newest first. One statement, so
 * that unknown, ended, future and used-up codes cost the same; hence SQL.
 */
export async function livePromotions(
  dataSource: DataSource,
  code: string,
  today: string,
  { teamId, others }: CodeScope,
): Promise<LivePromotion[]> {
  const rows: Row[] = await dataSource.query(
    `SELECT p.id, p.team_id AS "teamId", p.promo_code AS "promoCode",
            p.discount_period_months AS "discountPeriodMonths",
            p.valid_from::text AS "validFrom", p.valid_to::text AS "validTo",
            d.id AS "discountId", d.description, d.tag, d.kind, d.percent, d.amounts,
            d.created_at AS "createdAt", d.updated_at AS "updatedAt",
            (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                      'productOfferingId', t.product_offering_id, 'productOfferingGroupId', t.group_slug,
                      'category', t.category, 'customerType', t.customer_type))), '[]')
               FROM promotion_targets t WHERE t.promotion_id = p.id) AS targets
       FROM promotions p
       JOIN discounts d ON d.id = p.discount_id
      WHERE p.promo_code = $1
        AND (p.team_id = $2 OR ($3 AND ${providerIsVisible('p.team_id')}))
        AND (p.valid_from IS NULL OR p.valid_from <= $4)
        AND (p.valid_to IS NULL OR p.valid_to >= $4)
        AND (p.max_redemptions IS NULL OR p.redemption_count < p.max_redemptions)
      ORDER BY p.team_id = $2 DESC, p.created_at DESC, p.id DESC`,
    [code, teamId, others, today],
  );
  return rows.map(toLive);
}

function toLive({
  discountId: id,
  description,
  tag,
  createdAt,
  updatedAt,
  percent,
  ...row
}: Row): LivePromotion {
  const discount = { id, description, tag, createdAt, updatedAt };
  return { ...row, percent: percent === null ? null : Number(percent), discount };
}
