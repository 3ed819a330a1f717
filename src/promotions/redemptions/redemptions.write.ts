import type { EntityManager } from 'typeorm';

/**
 * Counts one redemption within the order's transaction. A single atomic statement ensures that concurrent
 * orders never exceed `maxRedemptions`. From then on, the discount keeps its value, so the order must read the
 * price afterwards.
 * @returns false if the promotion is used up, was stopped or is unknown
 */
export async function redeemPromotion(promotionId: string, manager: EntityManager): Promise<boolean> {
  const [, count] = (await manager.query(
    `UPDATE promotions SET redemption_count = redemption_count + 1
      WHERE id = $1 AND active AND (max_redemptions IS NULL OR redemption_count < max_redemptions)`,
    [promotionId],
  )) as [unknown, number];
  return count === 1;
}

/**
 * Reverses one redemption when an order is cancelled. The count never drops below 0.
 * @returns false if there was no redemption to reverse
 */
export async function releaseRedemption(promotionId: string, manager: EntityManager): Promise<boolean> {
  const [, count] = (await manager.query(
    'UPDATE promotions SET redemption_count = redemption_count - 1 WHERE id = $1 AND redemption_count > 0',
    [promotionId],
  )) as [unknown, number];
  return count === 1;
}
