import type { EntityManager } from 'typeorm';
import { Conflict } from '../common/errors.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate } from '../sql/duplicate.js';
import { toTargetColumns, type TargetSelector } from './promotion-targets.js';
import { PromotionTarget, type Promotion } from './promotion.entity.js';

const deletedMeanwhile = (what: string) =>
  new Conflict(`The ${what} was deleted at the same time; try again`);

/**
 * Stores a promotion with `store`. If it is active, it takes over its code from a promotion that has ended.
 * @throws Duplicate if a promotion that has not ended has the code; Conflict if the discount has just been deleted
 */
export async function storePromotion(
  manager: EntityManager,
  promotion: Promotion,
  today: string,
  store: () => Promise<unknown>,
): Promise<void> {
  const { teamId, promoCode } = promotion;
  if (promotion.active) await releaseEndedCode(manager, promotion, today);
  await translateConstraintErrors(
    {
      promotions_promo_code_uq: () =>
        new Duplicate(
          `The promo code ${promoCode} is already used by another promotion of your team; stop that one first, by setting active to false`,
          {
            text: 'SELECT id FROM promotions WHERE team_id = $1 AND promo_code = $2 AND active',
            values: [teamId, promoCode],
          },
        ),
      promotions_discount_fk: () => deletedMeanwhile('discount'),
    },
    store,
  );
}

/**
 * Whether a promotion has ended depends on the date, so the unique index cannot tell. Of several concurrent
 * requests for the code, the first one makes the ended promotion inactive, and the index refuses the others.
 */
async function releaseEndedCode(
  manager: EntityManager,
  { id, teamId, promoCode, updatedAt }: Promotion,
  today: string,
): Promise<void> {
  await manager.query(
    `UPDATE promotions SET active = false, version = version + 1, updated_at = $5
      WHERE team_id = $1 AND promo_code = $2 AND id <> $3 AND active AND valid_to < $4`,
    [teamId, promoCode, id, today, updatedAt],
  );
}

/** @throws Conflict if a target has just been deleted */
export async function replaceTargets(
  manager: EntityManager,
  { id: promotionId, teamId }: Promotion,
  targets: readonly TargetSelector[],
): Promise<void> {
  const rows = targets.map((target, position) => ({
    promotionId,
    teamId,
    position,
    ...toTargetColumns(target),
  }));
  await manager.delete(PromotionTarget, { promotionId });
  await translateConstraintErrors(
    {
      promotion_targets_offering_fk: () => deletedMeanwhile('product offering'),
      promotion_targets_group_fk: () => deletedMeanwhile('product offering group'),
    },
    () => manager.insert(PromotionTarget, rows),
  );
}
