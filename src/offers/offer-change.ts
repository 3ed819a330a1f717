import type { Area } from '../areas/area.js';
import { Conflict } from '../common/errors.js';
import { sameJson } from '../common/same-json.js';
import type { OfferColumns } from './offer-columns.js';
import { columnsOf, mergeOffer } from './offer-input.js';
import { allowedStatuses, canMove, editableWhenArchived } from './offer-status.js';
import type { OfferView } from './offers.dto.js';

/** What a merge patch makes of an offer. */
export interface OfferChange {
  /** All columns as they are to be. */
  columns: OfferColumns;
  area: Area | null;
  /** Those of the columns that are others than before. */
  changes: Partial<OfferColumns>;
  /** Whether the area is another one. */
  moved: boolean;
}

/**
 * What a merge patch would change in an offer; undefined when that is nothing.
 * @throws ValidationFailed, Conflict for an illegal move of the status or a change of what is archived
 */
export function changeOf(current: OfferView, patch: unknown): OfferChange | undefined {
  const { columns, area } = mergeOffer(current, patch);
  const before = columnsOf(current);
  const changes = differing(before.columns, columns);
  const moved = !sameJson(area, before.area);
  const changed = [...Object.keys(changes), ...(moved ? ['serviceArea'] : [])];
  if (changed.length === 0) return undefined;
  requireAllowed(current, columns, changed);
  return { columns, area, changes, moved };
}

const differing = (before: OfferColumns, after: OfferColumns): Partial<OfferColumns> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !sameJson(before[name as keyof OfferColumns], value)),
  );

function requireAllowed(offer: OfferView, columns: OfferColumns, changed: readonly string[]): void {
  if (!canMove(offer.status, columns.status))
    throw new Conflict(`An offer cannot go from ${offer.status} to ${columns.status}`, {
      currentStatus: offer.status,
      allowedStatuses: allowedStatuses(offer.status),
    });
  const refused = changed.filter((name) => !editableWhenArchived.includes(name));
  if (offer.status === 'archived' && refused.length > 0)
    throw new Conflict(`An archived offer is final; only ${editableWhenArchived.join(', ')} can be changed`);
}
