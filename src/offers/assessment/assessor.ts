import type { SqlRunner } from '../../sql/transaction.js';
import type { StoredOffer } from '../offer-columns.js';
import type { AssessmentResult } from './assessment-result.js';

export interface OfferToAssess {
  offer: StoredOffer;
  /** ID of the stored service area of an offer that was read without it; ignored if the area changes. */
  areaId?: string | null;
  areaChanged?: boolean;
}

/** Assesses offers as they are written. The rules are above the offers, so that they are given to them. */
export abstract class Assessor {
  /**
   * Assesses offers of a team by the rules of today. Never fails because of an offer.
   * @param runner reads what the rules need besides the offers, such as the licenses of the team
   * @returns the results in the same order; undefined for an offer that must be assessed later
   */
  abstract assess(
    runner: SqlRunner,
    teamId: string,
    offers: readonly OfferToAssess[],
  ): Promise<(AssessmentResult | undefined)[]>;
}
