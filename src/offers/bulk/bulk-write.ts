import type { Area } from '../../areas/area.js';
import type { DomainError } from '../../common/errors.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { PlannedWrite } from './bulk-plan.js';
import { copyOffers, updateOffers } from './bulk.query.js';

/** The IDs of areas, keyed by their JSON. An area that cannot be stored has an error instead. */
export type ClaimedAreas = Map<string, string | DomainError>;

/** Inserts and updates offers, with one statement each. Returns the IDs of those that were written. */
export async function writeOffers(
  runner: SqlRunner,
  writes: PlannedWrite[],
  areaIds: ClaimedAreas,
  feed: string | undefined,
): Promise<Set<string>> {
  const withArea = ({ offer, areaId, areaChanged }: PlannedWrite) => ({
    offer,
    areaId: areaChanged ? idOf(areaIds.get(JSON.stringify(offer.area))) : areaId,
  });
  const inserts = writes.filter(({ kind }) => kind === 'insert').map(withArea);
  const updates = writes.filter(({ kind }) => kind === 'update').map(withArea);
  if (inserts.length > 0) await runner.copy(copyOffers(inserts));
  const columns = {
    changed: new Set(writes.flatMap((write) => write.changed)),
    assessed: new Set(writes.flatMap(({ kind, assessed }) => (kind === 'update' ? assessed : []))),
    area: writes.some(({ kind, areaChanged }) => kind === 'update' && areaChanged),
    feed: feed !== undefined,
  };
  const updated = updates.length > 0 ? await runner.rows(updateOffers(updates, columns)) : [];
  return new Set([...inserts.map(({ offer }) => offer.id), ...updated.map(([id]) => id ?? '')]);
}

/** Returns the distinct areas that the writes need, keyed by their JSON. */
export const areasToClaim = (writes: readonly PlannedWrite[]): Map<string, Area> =>
  new Map(
    writes.flatMap(({ offer: { area }, areaChanged }) =>
      area && areaChanged ? [[JSON.stringify(area), area] as const] : [],
    ),
  );

const idOf = (area: string | DomainError | undefined) => (typeof area === 'string' ? area : null);
