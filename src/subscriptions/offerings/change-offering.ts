import type { EntityManager } from 'typeorm';
import { DomainError } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { excessiveCurrencies, mixedTaxCurrencies, sumProducts } from './offering-price.js';
import { Offering } from './offering.entity.js';
import { lockWhole, type WholeOffering } from './offering-with-parts.js';

/**
 * Does one change to an own offering under its lock. `work` writes the snapshots and keeps those in memory alike; it
 * says whether anything is different. What results must have a price and becomes a new version.
 * @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed
 */
export async function changeOffering(
  tx: EntityManager,
  { teamId, id, ifMatch }: { teamId: string; id: string; ifMatch?: string },
  work: (whole: WholeOffering, now: Date) => Promise<boolean>,
): Promise<WholeOffering> {
  const whole = await lockWhole(tx, teamId, id);
  const { offering } = whole;
  requireIfMatch(ifMatch, versionETag(offering.version));
  const now = new Date();
  if (!(await work(whole, now))) return whole;
  requirePriceable(whole);
  offering.complete = isComplete(whole);
  offering.version += 1;
  offering.updatedAt = now;
  await tx.update(Offering, { id }, offering);
  return whole;
}

export const isComplete = ({ products, plans }: Pick<WholeOffering, 'products' | 'plans'>) =>
  products.length > 0 && plans.length > 0;

/**
 * Products that include taxes and products that do not cannot be added up in one currency, and no sum may exceed
 * what a JSON number holds exactly.
 * @throws DomainError VALIDATION_FAILED
 */
export function requirePriceable({ products, plans }: Pick<WholeOffering, 'products' | 'plans'>): void {
  const mixed = mixedTaxCurrencies(products);
  if (mixed.length > 0)
    throw new DomainError(
      'VALIDATION_FAILED',
      `The products mix prices with and without taxes in ${mixed.join(', ')}`,
      { currencies: mixed },
    );
  const sums = sumProducts(products);
  const excessive = new Set(plans.flatMap((plan) => excessiveCurrencies(plan, sums)));
  if (excessive.size > 0)
    throw new DomainError(
      'VALIDATION_FAILED',
      `The prices of the products add up to more than 2^53-1 in ${[...excessive].join(', ')}`,
      { currencies: [...excessive] },
    );
}
