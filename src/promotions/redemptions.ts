import type { EntityManager } from 'typeorm';

/**
 * Uses one redemption of the promotion up, in the transaction of the order: one atomic statement, so a limit of ten
 * is met exactly ten times however many ask at once. False when it is used up or unknown.
 */
export async function redeem(promotionId: string, tx: EntityManager): Promise<boolean> {
  const [, count] = (await tx.query(
    `UPDATE promotions SET redemption_count = redemption_count + 1
      WHERE id = $1 AND (max_redemptions IS NULL OR redemption_count < max_redemptions)`,
    [promotionId],
  )) as [unknown, number];
  return count === 1;
}

/** Gives one redemption back when an order is cancelled; the count never falls below 0. False when there was none. */
export async function release(promotionId: string, tx: EntityManager): Promise<boolean> {
  const [, count] = (await tx.query(
    'UPDATE promotions SET redemption_count = redemption_count - 1 WHERE id = $1 AND redemption_count > 0',
    [promotionId],
  )) as [unknown, number];
  return count === 1;
}
