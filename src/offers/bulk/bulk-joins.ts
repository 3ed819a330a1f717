import { failedOutcome } from '../../bulk/bulk-row.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { BulkStep } from './bulk-plan.js';
import { externalIdHolders } from './bulk.query.js';
import { findsByExternalId, type Matching } from './bulk-keys.js';
import { joinsOffers } from './joins-offers.js';

/** Returns whether a step gives an offer another external ID. */
const changesExternalId = (step: BulkStep): boolean =>
  step.kind === 'update' && step.changed.includes('externalId') && step.offer.externalId !== null;

/**
 * Returns whether a step is right only as long as no other offer gets its external ID, which no index keeps unique: it
 * creates an offer that was not found by the external ID, or gives an offer the external ID.
 */
export const reliesOnExternalId = (step: BulkStep, matching: Matching): boolean =>
  step.kind === 'insert'
    ? step.row.externalId !== undefined && findsByExternalId(step.row, matching)
    : changesExternalId(step);

/**
 * Refuses the updates that give an offer the external ID of another one. In a feed, this has been checked before,
 * because all of its external IDs are looked up.
 */
export async function refuseJoins(runner: SqlRunner, teamId: string, steps: BulkStep[]): Promise<BulkStep[]> {
  const updates = steps.filter((step) => changesExternalId(step));
  if (updates.length === 0) return steps;
  const externalIds = updates.flatMap((step) =>
    step.kind === 'update' ? (step.offer.externalId ?? []) : [],
  );
  const holders = new Map((await runner.rows(externalIdHolders(teamId, externalIds))) as [string, string][]);
  return steps.map((step) => {
    if (step.kind !== 'update' || !changesExternalId(step)) return step;
    const other = holders.get(step.offer.externalId ?? '');
    if (other === undefined) return step;
    const { row, offer } = step;
    return { kind: 'done', row, outcome: failedOutcome(row, joinsOffers(row, offer.id, other)) };
  });
}
