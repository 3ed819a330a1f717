import type { DataSource, EntityManager } from 'typeorm';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import type { Discount } from '../discounts/discount.entity.js';
import type { DiscountRule } from '../discounts/discount-rule.js';
import type { TargetSelector } from '../promotion-targets.js';

/** A promotion that can be redeemed now, with all the data required for pricing. */
export interface RedeemablePromotion extends DiscountRule {
  id: string;
  teamId: string;
  promoCode: string;
  discountPeriodMonths: number;
  validFrom: string | null;
  validTo: string | null;
  discount: Pick<Discount, 'id' | 'description' | 'tag' | 'createdAt' | 'updatedAt'>;
  targets: TargetSelector[];
}

interface Row extends Omit<RedeemablePromotion, 'percent' | 'discount'> {
  percent: string | null;
  discountId: string;
  description: string;
  tag: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The promotions to search: those of a team and, optionally, those of every other visible provider. */
export interface PromotionScope {
  teamId: string;
  includeOtherProviders: boolean;
}

/**
 * Returns the promotions with the code (in uppercase) that can be redeemed on the given day: the team's own
 * promotions before others, and newer promotions before older ones. Because it runs a single SQL statement,
 * unknown, expired, future, stopped and used-up codes all take the same time.
 */
export async function findRedeemablePromotions(
  dataSource: DataSource,
  code: string,
  today: string,
  { teamId, includeOtherProviders }: PromotionScope,
): Promise<RedeemablePromotion[]> {
  const rows: Row[] = await dataSource.query(
    `${select}
      WHERE p.promo_code = $1 AND p.active
        AND (p.team_id = $2 OR ($3 AND ${providerIsVisible('p.team_id')}))
        AND (p.valid_from IS NULL OR p.valid_from <= $4)
        AND (p.valid_to IS NULL OR p.valid_to >= $4)
        AND (p.max_redemptions IS NULL OR p.redemption_count < p.max_redemptions)
      ORDER BY p.team_id = $2 DESC, p.created_at DESC, p.id DESC`,
    [code, teamId, includeOtherProviders, today],
  );
  return rows.map(fromRow);
}

/**
 * Returns promotions by their IDs, whether or not they can be redeemed. After `redeemPromotion`, these are the values
 * that customers keep.
 */
export async function readPromotions(
  manager: EntityManager,
  ids: readonly string[],
): Promise<RedeemablePromotion[]> {
  const rows: Row[] = await manager.query(`${select} WHERE p.id = ANY($1::uuid[])`, [ids]);
  return rows.map(fromRow);
}

const select = `
     SELECT p.id, p.team_id AS "teamId", p.promo_code AS "promoCode",
            p.discount_period_months AS "discountPeriodMonths",
            p.valid_from::text AS "validFrom", p.valid_to::text AS "validTo",
            d.id AS "discountId", d.description, d.tag, d.kind, d.percent, d.amounts,
            d.created_at AS "createdAt", d.updated_at AS "updatedAt",
            (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                      'productOfferingId', t.product_offering_id, 'productOfferingGroupId', t.group_slug,
                      'category', t.category, 'customerType', t.customer_type))), '[]')
               FROM promotion_targets t WHERE t.promotion_id = p.id) AS targets
       FROM promotions p
       JOIN discounts d ON d.id = p.discount_id`;

function fromRow(row: Row): RedeemablePromotion {
  const { discountId, description, tag, createdAt, updatedAt, percent, ...promotion } = row;
  return {
    ...promotion,
    // node-postgres returns numeric columns as text.
    percent: percent === null ? null : Number(percent),
    discount: { id: discountId, description, tag, createdAt, updatedAt },
  };
}
