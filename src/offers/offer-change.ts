import type { Area } from '../areas/area.js';
import { Conflict } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { jsonEqual } from '../common/json-equal.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import type { Caller } from '../teams/caller.js';
import { columnNames, type OfferColumns, type StoredOffer } from './offer-columns.js';
import { mergeOffer, parseNewOffer } from './offer-input.js';
import { ownOffer } from './offer-row.js';
import { allowedStatuses, canMove, editableWhenArchived } from './offer-status.js';
import type { OfferView } from './offers.dto.js';

/** An offer of the team as it is when it begins. @throws ValidationFailed */
export function newOffer(team: Caller, body: unknown, now: Date): StoredOffer {
  const { columns, area } = parseNewOffer(body, team.currency);
  const owned = { id: newId(), teamId: team.id, currency: team.currency, version: 1 };
  return Object.assign(columns, owned, { area, createdAt: now, updatedAt: now });
}

/** A row as its owner sees it. */
export const viewOf = (row: WireRow, view = ownOffer) => JSON.parse(view.text(row)) as OfferView;

/** What a merge patch makes of an offer. */
export interface OfferChange {
  /** The offer as it is to be. */
  offer: StoredOffer;
  /** Those of the columns that are others than before. */
  changes: Partial<OfferColumns>;
  /** Whether the area is another one. */
  moved: boolean;
}

/**
 * What a merge patch would change in an offer; undefined when that is nothing. `isThere` tells whether an area that the
 * patch names is the one that the offer has.
 * @throws ValidationFailed, Conflict for an illegal move of the status or a change of what is archived
 */
export function changeOf(
  current: OfferView,
  patch: unknown,
  now: Date,
  isThere = (area: Area | null) => jsonEqual(area, areaOf(current)),
): OfferChange | undefined {
  const { before, columns, area } = mergeOffer(current, patch);
  const changes = differing(before, columns);
  const moved = area !== undefined && !isThere(area);
  const changed = [...Object.keys(changes), ...(moved ? ['serviceArea'] : [])];
  if (changed.length === 0) return undefined;
  requireAllowed(current, columns, changed);
  const { id, teamId, currency, version, createdAt } = current;
  const owned = { id, teamId, currency, version: version + 1, createdAt: new Date(createdAt) };
  const rest = { area: area === undefined ? areaOf(current) : area, updatedAt: now };
  return { offer: Object.assign(columns, owned, rest), changes, moved };
}

/** The area of a view, in its one form: so it is stored. It is null as well where the view does not tell it. */
const areaOf = ({ serviceArea }: OfferView): Area | null =>
  serviceArea && { zipCodes: serviceArea.zipCodes ?? null, states: serviceArea.states ?? null };

function differing(before: OfferColumns, after: OfferColumns): Partial<OfferColumns> {
  const names = columnNames.filter((name) => !jsonEqual(before[name], after[name]));
  return Object.fromEntries(names.map((name) => [name, after[name]]));
}

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
