import type { Area } from '../../areas/area.js';
import { stateOf } from '../../areas/zip-states.js';
import { fromMinorUnits } from '../../money/money.js';
import { columnNames, type OfferColumns, type StoredOffer } from '../../offers/offer-columns.js';
import type { AssessedOffer, Subject } from './rule-set.js';

/** V8 fills an object of this shape in a fraction of the time that spreading an offer into another one takes. */
const emptyOffer = Object.fromEntries([...columnNames, 'area', 'monthlyPrice'].map((name) => [name, null]));

/** Returns the states that an area covers with its lists of states and of ZIP codes; null if it covers everything. */
export function coveredStates(area: Area | null): string[] | null {
  if (area === null) return null;
  const covered = new Set(area.states);
  for (const zip of area.zipCodes ?? []) {
    const state = stateOf(zip);
    if (state !== undefined) covered.add(state);
  }
  return [...covered].toSorted();
}

/**
 * Returns what the checks read of a stored offer.
 * @param on the day for which the rules apply
 * @param area the area of an offer that was read without it
 * @param states those of the area, if they are known
 */
export function subjectOf(
  stored: OfferColumns & Pick<StoredOffer, 'area'>,
  provider: Subject['provider'],
  on: string,
  area = stored.area,
  states = coveredStates(area),
): Subject {
  const { monthlyPriceMinor: minor, currency } = stored;
  const offer: Record<string, unknown> = { ...emptyOffer };
  for (const name of columnNames) offer[name] = stored[name];
  offer.area = area;
  offer.monthlyPrice = minor === null ? null : fromMinorUnits(minor, currency);
  return { offer: offer as unknown as AssessedOffer, states, provider, on };
}
