import type { Area } from '../../areas/area.js';
import { stateOf } from '../../areas/zip-states.js';
import { fromMinorUnits } from '../../money/money.js';
import type { OfferColumns, StoredOffer } from '../../offers/offer-columns.js';
import type { Subject } from './rule-set.js';

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

/** Returns what the checks read of a stored offer. @param on the day for which the rules apply */
export function subjectOf(
  stored: OfferColumns & Pick<StoredOffer, 'area'>,
  provider: Subject['provider'],
  on: string,
  states = coveredStates(stored.area),
): Subject {
  const { monthlyPriceMinor: minor, currency } = stored;
  // Copied as a whole: leaving a member out takes twice as long.
  const offer = { ...stored, monthlyPrice: minor === null ? null : fromMinorUnits(minor, currency) };
  return { offer, states, provider, on };
}
