import type { EntityManager } from 'typeorm';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { isObject } from '../validation/checks.js';
import { idsAt, unknownId, unknownIdErrors } from '../validation/unknown-ids.js';
import type { ValidationResult } from '../validation/validate.js';
import { Discount } from './discounts/discount.entity.js';
import type { CreatePromotion } from './promotions.dto.js';

/**
 * Looks up the discount and the targets of a new promotion among those of the team. Returns the discount.
 * @throws ValidationFailed listing every invalid field, and the IDs that the team does not own
 */
export async function resolveReferences(
  manager: EntityManager,
  teamId: string,
  { value, errors }: ValidationResult<CreatePromotion>,
): Promise<Discount> {
  const [discountId] = idsAt(['discountId'], value.discountId, errors);
  const discount = discountId ? await manager.findOneBy(Discount, { id: discountId.id, teamId }) : null;
  const all = [
    ...errors,
    ...(discountId && !discount ? [unknownId(discountId.path, 'one of your discounts')] : []),
    ...(await unknownTargets(manager, teamId, { value, errors })),
  ];
  if (!discount || all.length > 0) throw new ValidationFailed(all);
  return discount;
}

async function unknownTargets(
  manager: EntityManager,
  teamId: string,
  { value, errors }: ValidationResult<CreatePromotion>,
): Promise<FieldError[]> {
  const hasErrors = errors.some(({ field }) => field === 'targets');
  const targets = hasErrors ? [] : (value.targets ?? []);
  const offerings = targets.flatMap((target, index) =>
    isObject(target) ? idsAt(['targets', index, 'productOfferingId'], target.productOfferingId, errors) : [],
  );
  const groups = targets.flatMap((target, index) =>
    isObject(target) && typeof target.productOfferingGroupId === 'string'
      ? [{ path: ['targets', index, 'productOfferingGroupId'], id: target.productOfferingGroupId }]
      : [],
  );
  if (offerings.length + groups.length === 0) return [];
  const known: { id: string }[] = await manager.query(
    `SELECT id::text FROM product_offerings WHERE team_id = $1 AND id = ANY($2::uuid[])
      UNION ALL SELECT slug FROM product_offering_groups WHERE team_id = $1 AND slug = ANY($3::text[])`,
    [teamId, offerings.map(({ id }) => id), groups.map(({ id }) => id)],
  );
  const ids = new Set(known.map(({ id }) => id));
  return [
    ...unknownIdErrors(offerings, ids, 'one of your product offerings'),
    ...unknownIdErrors(groups, ids, 'one of your product offering groups'),
  ];
}
