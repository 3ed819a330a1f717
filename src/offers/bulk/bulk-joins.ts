import { failedOutcome } from '../../bulk/bulk-row.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { BulkStep } from './bulk-plan.js';
import { externalIdHolders } from './bulk.query.js';
import { joinsOffers } from './joins-offers.js';

/** Returns whether a step gives an external ID to an offer, which no index keeps unique. */
export const setsExternalId = (step: BulkStep): boolean =>
  step.kind === 'insert'
    ? step.row.externalId !== undefined
    : step.kind === 'update' && step.changed.includes('externalId') && step.offer.externalId !== null;

/**
 * Refuses the updates that give an offer the external ID of another one. In a feed, this has been checked before,
 * because all of its external IDs are looked up.
 */
export async function refuseJoins(runner: SqlRunner, teamId: string, steps: BulkStep[]): Promise<BulkStep[]> {
  const updates = steps.filter((step) => step.kind === 'update' && setsExternalId(step));
  if (updates.length === 0) return steps;
  const externalIds = updates.flatMap((step) =>
    step.kind === 'update' ? (step.offer.externalId ?? []) : [],
  );
  const holders = new Map((await runner.rows(externalIdHolders(teamId, externalIds))) as [string, string][]);
  return steps.map((step) => {
    if (step.kind !== 'update' || !setsExternalId(step)) return step;
    const other = holders.get(step.offer.externalId ?? '');
    if (other === undefined) return step;
    const { row, offer } = step;
    return { kind: 'done', row, outcome: failedOutcome(row, joinsOffers(row, offer.id, other)) };
  });
}
