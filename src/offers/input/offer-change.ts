import type { Area } from '../../areas/area.js';
import { Conflict } from '../../common/errors.js';
import { jsonEqual } from '../../common/json-equal.js';
import { isCurrency } from '../../money/currency.js';
import { changedColumns } from '../../sql/changed-columns.js';
import type { Caller } from '../../teams/caller.js';
import { isObject } from '../../validation/checks.js';
import { validate } from '../../validation/validate.js';
import type { AssessmentColumns } from '../assessment/assessment-columns.js';
import type { OfferColumns, StoredOffer } from '../offer-columns.js';
import { offerFieldNames, type OfferFields } from '../offer-fields.js';
import { allowedStatuses, canMove, editableWhenArchived } from '../offer-status.js';
import { CreateOffer, PatchedOffer, type OfferView } from '../offers.dto.js';
import { missingAmounts } from '../pricing/amounts.js';
import { defaults, resolveFields, toColumns, type ResolvedOffer } from './resolve-fields.js';

/** A stored offer that may change. */
export interface CurrentOffer extends OfferView {
  readAssessment: () => AssessmentColumns;
}

/** The result of a merge patch. */
export interface OfferChange {
  /** The offer after the change, with the assessment that it had before. */
  offer: StoredOffer;
  /** The columns whose values changed. */
  changes: Partial<OfferColumns>;
  areaChanged: boolean;
  /** The columns of the new assessment that are written as well. */
  assessed?: readonly (keyof AssessmentColumns)[];
}

/**
 * Applies a merge patch to an offer; returns undefined if nothing changes. Only the values that the patch
 * changes are validated, so an exported offer can always be sent back.
 * @param isCurrentArea returns whether an area in the patch is the offer's current area
 * @throws ValidationFailed listing every changed field that is invalid; Conflict if the status transition is
 * not allowed or a field that is final in an archived offer would change
 */
export function applyPatch(
  current: CurrentOffer,
  patch: unknown,
  now: Date,
  isCurrentArea = isAreaOf(current),
): OfferChange | undefined {
  const changed = withoutUnchanged(patch, current, isCurrentArea);
  if (isObject(changed) && Object.keys(changed).length === 0) return undefined;
  const patched = validate(PatchedOffer, withMembers(changed, current));
  const { currency } = patched.value;
  if (currency !== undefined && isCurrency(currency))
    patched.errors.push(...missingAmounts(patch as object, current, currency));
  return changeTo(current, resolveFields(patched, current), now, isCurrentArea);
}

/**
 * Replaces all fields of an offer; omitted ones get their defaults. Returns undefined if nothing changes.
 * @throws as `applyPatch`; all fields are validated, as for a new offer
 */
export function replaceOffer(
  team: Caller,
  current: CurrentOffer,
  body: unknown,
  now: Date,
): OfferChange | undefined {
  const base = { ...defaults, currency: team.currency };
  const { columns, area = null } = resolveFields(validate(CreateOffer, body), base);
  const { status } = current;
  if ((body as Partial<OfferFields>).status === undefined && !canMove(status, columns.status))
    throw new Conflict(
      `The body has no status, which means ${columns.status}, and the status of an offer cannot change from ${status} to ${columns.status}; send the status as well`,
      { currentStatus: status, allowedStatuses: allowedStatuses(status) },
    );
  return changeTo(current, { columns, area }, now, isAreaOf(current));
}

/** Returns the change from the current offer to new values; undefined if they are the same. @throws Conflict */
function changeTo(
  current: CurrentOffer,
  { columns, area }: ResolvedOffer,
  now: Date,
  isCurrentArea: (area: Area | null) => boolean,
): OfferChange | undefined {
  const changedNames = changedColumns(toColumns(current), columns);
  const changes = Object.fromEntries(changedNames.map((name) => [name, columns[name]]));
  const areaChanged = area !== undefined && !isCurrentArea(area);
  const changed: string[] = [...changedNames, ...(areaChanged ? ['serviceArea'] : [])];
  if (changed.length === 0) return undefined;
  requireAllowed(current, columns, changed);
  return { offer: nextVersion(current, { columns, area }, now), changes, areaChanged };
}

/** Returns a new version of an offer that differs only in its feed. */
export const moveToFeed = (current: CurrentOffer, feed: string, now: Date): StoredOffer => ({
  ...nextVersion(current, { columns: toColumns(current) }, now),
  feed,
});

function nextVersion(current: CurrentOffer, { columns, area }: ResolvedOffer, now: Date): StoredOffer {
  const { id, teamId, feed, version, createdAt } = current;
  const managed = {
    id,
    teamId,
    feed,
    version: version + 1,
    createdAt: new Date(createdAt),
    updatedAt: now,
  };
  return Object.assign(columns, managed, {
    area: area === undefined ? areaOf(current) : area,
    assessment: current.readAssessment(),
  });
}

/** Returns the service area in its stored form; null also if the view was read without its area. */
const areaOf = ({ serviceArea }: OfferView): Area | null =>
  serviceArea && { zipCodes: serviceArea.zipCodes ?? null, states: serviceArea.states ?? null };

const isAreaOf = (offer: OfferView) => (area: Area | null) => jsonEqual(area, areaOf(offer));

/** Removes the members that repeat the current value, which in an import are nearly all of them. */
function withoutUnchanged(
  patch: unknown,
  current: OfferFields,
  isCurrentArea: (area: Area | null) => boolean,
): unknown {
  if (!isObject(patch)) return patch;
  const isSame = (name: string, value: unknown) =>
    name === 'serviceArea'
      ? // Other areas are compared in their stored form. The two names of the area must not be sent together.
        value === null && !Object.hasOwn(patch, 'availableZipCodes') && isCurrentArea(null)
      : comparable.has(name) && jsonEqual(value, current[name as keyof OfferFields]);
  return Object.fromEntries(Object.entries(patch).filter(([name, value]) => !isSame(name, value)));
}

/** The objects that a patch changes member by member. Fees too, but these are valid without those that are stored. */
const mergedNames = ['introductory', 'contract'] as const;

/** Adds the stored members to the objects in a patch. Null clears a member, and changes nothing if it has no value. */
function withMembers(patch: unknown, current: OfferFields): unknown {
  if (!isObject(patch)) return patch;
  const given = patch as Record<string, unknown>;
  const merged = mergedNames.flatMap((name): [string, unknown][] => {
    const [stored, members] = [current[name], given[name]];
    if (stored === null || !isObject(members)) return [];
    const changes = Object.entries(members).filter(
      ([member, value]) => value !== null || Object.hasOwn(stored, member),
    );
    return [[name, Object.fromEntries([...Object.entries(stored), ...changes])]];
  });
  return merged.length === 0 ? patch : { ...patch, ...Object.fromEntries(merged) };
}

const comparable = new Set<string>(offerFieldNames);

function requireAllowed(offer: OfferView, columns: OfferColumns, changed: readonly string[]): void {
  if (!canMove(offer.status, columns.status))
    throw new Conflict(`The status of an offer cannot change from ${offer.status} to ${columns.status}`, {
      currentStatus: offer.status,
      allowedStatuses: allowedStatuses(offer.status),
    });
  const refused = changed.filter((name) => !editableWhenArchived.includes(name));
  if (offer.status === 'archived' && refused.length > 0)
    throw new Conflict(`In an archived offer, only ${editableWhenArchived.join(', ')} can be changed`);
}
