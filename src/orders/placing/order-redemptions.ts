import type { EntityManager } from 'typeorm';
import { applyPromotion } from '../../product-offerings/pricing/product-offering-price.js';
import type { ProductOfferingDetails } from '../../product-offerings/product-offering-details.js';
import { promoCodeInvalid, promoCodeNotApplicable } from '../../promotions/promo-code.js';
import {
  readPromotions,
  type RedeemablePromotion,
} from '../../promotions/redemptions/redeemable-promotions.query.js';
import { redeemPromotion, releaseRedemption } from '../../promotions/redemptions/redemptions.write.js';
import { voidStatuses } from '../lifecycle/item-status.js';
import { orderedProductOffering, type OrderedItem } from './ordered-item.js';
import type { NewOrder } from './place-order.write.js';

/**
 * Redeems the promotions that apply to the product offerings, each once, and returns these product offerings with their
 * discounts.
 * @throws DomainError PROMO_CODE_NOT_APPLICABLE if there is none; PROMO_CODE_INVALID if a promotion was used up or stopped
 * in the meantime
 */
export async function redeemFor(
  manager: EntityManager,
  offerings: readonly ProductOfferingDetails[],
  promotions: readonly RedeemablePromotion[],
): Promise<OrderedItem[]> {
  const covering = promotions.filter((promotion) =>
    offerings.some((each) => applyPromotion(each, promotion)),
  );
  if (covering.length === 0) throw notApplicable();
  const ids = covering.map(({ id }) => id).toSorted();
  for (const id of ids) if (!(await redeemPromotion(id, manager))) throw promoCodeInvalid();
  // Only now do the discounts keep their values.
  const redeemed = new Map((await readPromotions(manager, ids)).map((each) => [each.teamId, each]));
  const items = offerings.flatMap((details) => {
    const promotion = redeemed.get(details.offering.teamId);
    const promoted = applyPromotion(details, promotion);
    return promotion && promoted ? [orderedProductOffering(promoted, promotion.id)] : [];
  });
  if (ids.some((id) => !items.some(({ promotionId }) => promotionId === id))) throw notApplicable();
  return items;
}

const notApplicable = () =>
  promoCodeNotApplicable('promoCode does not apply to any product offering in the order');

/** Stores which promotions an order has redeemed. */
export async function storeRedemptions(manager: EntityManager, { id, items }: NewOrder): Promise<void> {
  const teams = new Map(items.map(({ promotionId, providerId }) => [promotionId, providerId]));
  for (const [promotionId, teamId] of teams)
    if (promotionId !== null)
      await manager.query(
        'INSERT INTO order_redemptions (order_id, promotion_id, team_id) VALUES ($1, $2, $3)',
        [id, promotionId, teamId],
      );
}

/**
 * Returns the promo code of an order to those who can still redeem it, if all items that the promotion covers are rejected
 * or cancelled. Call this in the transaction that has rejected or cancelled such an item, after the change: of two
 * transactions that end the last two items, the second one sees both.
 * @returns whether the redemption was reversed
 */
export async function returnRedemption(
  manager: EntityManager,
  orderId: string,
  promotionId: string,
): Promise<boolean> {
  const locked: unknown[] = await manager.query(
    `SELECT FROM order_redemptions WHERE order_id = $1 AND promotion_id = $2 AND returned_at IS NULL FOR UPDATE`,
    [orderId, promotionId],
  );
  if (locked.length === 0) return false;
  // A statement of its own, because only it sees what other transactions have committed before the lock was free.
  const [, returned]: [unknown, number] = await manager.query(
    `UPDATE order_redemptions SET returned_at = now() WHERE order_id = $1 AND promotion_id = $2
      AND NOT EXISTS (SELECT FROM order_items
        WHERE order_id = $1 AND promotion_id = $2 AND status <> ALL ($3::text[]))`,
    [orderId, promotionId, voidStatuses],
  );
  return returned === 1 && (await releaseRedemption(promotionId, manager));
}
