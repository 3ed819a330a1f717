import type { SqlRunner } from '../../sql/transaction.js';
import type { StoredOffer } from '../offer-columns.js';
import { setAssessment, type AssessmentColumns } from './assessment-columns.js';
import type { Assessor, OfferToAssess } from './assessor.js';

/**
 * Gives offers of a team that are about to be written their assessments. Returns for each of them the columns to write. A
 * new offer is written with all columns.
 */
export async function assessWrites(
  assessor: Assessor,
  runner: SqlRunner,
  teamId: string,
  writes: readonly OfferToAssess[],
): Promise<(readonly (keyof AssessmentColumns)[])[]> {
  const results = await assessor.assess(runner, teamId, writes);
  return writes.map(({ offer }, index) => setAssessment(offer, results[index]));
}

/** Like `assessWrites` for one offer. */
export async function assessWrite(
  assessor: Assessor,
  runner: SqlRunner,
  offer: StoredOffer,
): Promise<readonly (keyof AssessmentColumns)[]> {
  const [result] = await assessor.assess(runner, offer.teamId, [{ offer }]);
  return setAssessment(offer, result);
}
