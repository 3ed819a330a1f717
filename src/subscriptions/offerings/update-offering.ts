import type { EntityManager } from 'typeorm';
import type { Clock } from '../../common/clock.js';
import { DomainError } from '../../common/errors.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { excessiveCurrencies, mixedTaxCurrencies, sumProductPrices } from './plan-price.js';
import { lockOffering, type OfferingWithSnapshots } from './offering-with-snapshots.js';
import { Offering } from './offering.entity.js';

/** The offering to update, and the `If-Match` header of the request. */
export interface OfferingToUpdate {
  teamId: string;
  id: string;
  ifMatch?: string;
}

/**
 * Updates one of the team's offerings or its snapshots while its row is locked. `change` modifies `current`
 * and writes the snapshots; it returns false if nothing changed. The result is checked and stored as a new
 * version.
 * @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed
 */
export async function updateOffering(
  manager: EntityManager,
  { teamId, id, ifMatch }: OfferingToUpdate,
  clock: Clock,
  change: (current: OfferingWithSnapshots, now: Date) => Promise<boolean>,
): Promise<OfferingWithSnapshots> {
  const current = await lockOffering(manager, teamId, id);
  const { offering } = current;
  requireIfMatch(ifMatch, versionETag(offering.version));
  const now = clock.now(); // not earlier than the change that held the lock before
  if (!(await change(current, now))) return current;
  requireComputablePrices(current);
  offering.complete = isComplete(current);
  offering.version += 1;
  offering.updatedAt = now;
  await manager.update(Offering, { id }, offering);
  return current;
}

type Snapshots = Pick<OfferingWithSnapshots, 'products' | 'plans'>;

export const isComplete = ({ products, plans }: Snapshots) => products.length > 0 && plans.length > 0;

/**
 * Checks that prices can be calculated. In one currency, prices that include taxes and prices that exclude
 * them cannot be added. No sum may exceed 2^53-1, the largest integer that a JSON number represents exactly.
 * @throws DomainError VALIDATION_FAILED listing the currencies
 */
export function requireComputablePrices({ products, plans }: Snapshots): void {
  const mixed = mixedTaxCurrencies(products);
  if (mixed.length > 0)
    throw new DomainError(
      'VALIDATION_FAILED',
      `The product prices in ${mixed.join(', ')} must either all include or all exclude taxes`,
      { currencies: mixed },
    );
  const sums = sumProductPrices(products);
  const excessive = [...new Set(plans.flatMap((plan) => excessiveCurrencies(plan, sums)))];
  if (excessive.length > 0)
    throw new DomainError(
      'VALIDATION_FAILED',
      `The sum of the product prices in ${excessive.join(', ')} must not exceed 2^53-1`,
      { currencies: excessive },
    );
}
