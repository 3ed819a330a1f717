import { assess, type Assessment } from '../src/compliance/engine/assess.js';
import { coveredStates, subjectOf } from '../src/compliance/engine/subject.js';
import { builtInRuleSets } from '../src/compliance/rules/all-rule-sets.js';
import type { SeedArea } from './seed-areas.js';
import type { SeedOffer } from './seed-offers.js';

const statesOfAreas = new WeakMap<SeedArea, string[] | null>();
const today = new Date().toISOString().slice(0, 10);

/** Many offers share an area, which can have thousands of ZIP codes. */
function statesOf(area: SeedArea): string[] | null {
  const known = statesOfAreas.get(area);
  if (known !== undefined) return known;
  const states = coveredStates(area.area);
  statesOfAreas.set(area, states);
  return states;
}

/** Assesses an offer as the service does. The providers have no licenses. */
export function assessSeedOffer(offer: SeedOffer): Assessment {
  const provider = { name: offer.provider.name, licenses: [] };
  const area = offer.area?.area ?? null;
  const subject = subjectOf({ ...offer, area }, provider, today, area, offer.area && statesOf(offer.area));
  return assess(subject, builtInRuleSets);
}
