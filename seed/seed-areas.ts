import { normalizeArea, type Area } from '../src/areas/area.js';
import { stateOf, states } from '../src/areas/zip-states.js';
import { between, chance, pick, pickSome, uuidAt, weighted, type Random } from './random.js';
import type { SeedProvider } from './seed-teams.js';

export interface SeedArea {
  id: string;
  teamId: string;
  area: Area;
}

/** The areas of a provider's offers; null means everywhere. Most of the offers are in the first one. */
export type Footprint = readonly (SeedArea | null)[];

/** The first three digits of each state's ZIP codes. */
const prefixes = new Map<string, string[]>();
for (let prefix = 0; prefix < 1000; prefix += 1) {
  const digits = String(prefix).padStart(3, '0');
  const state = stateOf(`${digits}01`);
  if (state) prefixes.set(state, [...(prefixes.get(state) ?? []), digits]);
}

const homes = states.filter((state) => (prefixes.get(state)?.length ?? 0) > 2);
const reachOf = weighted([
  ['everywhere', 25],
  ['states', 25],
  ['zips', 50],
] as const);
/** The number of ZIP codes in an area, as a range: usually a town or a county, occasionally a whole region. */
const sizeOf = weighted<readonly [number, number]>([
  [[3, 40], 60],
  [[40, 300], 30],
  [[300, 1500], 8],
  [[1500, 5000], 2],
]);

export function makeFootprint(random: Random, provider: SeedProvider): Footprint {
  const reach = reachOf(random);
  const make = (given: Parameters<typeof normalizeArea>[0]): SeedArea => ({
    id: uuidAt(random, provider.createdMs),
    teamId: provider.id,
    area: normalizeArea(given),
  });
  if (reach === 'everywhere') return [null];
  if (reach === 'states')
    return distinct([make({ states: pickSome(random, homes, between(random, 1, 20)) })]);
  const home = pick(random, homes);
  const zips = Array.from({ length: between(random, 1, 4) }, () =>
    make({ zipCodes: zipsNear(random, home) }),
  );
  const whole = chance(random, 0.3)
    ? [make({ zipCodes: zipsNear(random, home).slice(0, 20), states: [home] })]
    : [];
  const nowhere = chance(random, 0.2) ? [make({ zipCodes: [] })] : [];
  return distinct([...zips, ...whole, ...nowhere]);
}

/** Returns runs of consecutive ZIP codes from the home state, and from other states if those are not enough. */
function zipsNear(random: Random, home: string): string[] {
  const [low, high] = sizeOf(random);
  const size = between(random, low, high);
  const zips = new Set<string>();
  let state = home;
  for (let tries = 0; zips.size < size; tries += 1) {
    if (tries > 0 && tries % 60 === 0) state = pick(random, homes);
    const prefix = pick(random, prefixes.get(state) ?? ['100']);
    const from = between(random, 1, 99);
    for (let zip = from; zip < from + 40 && zip < 100 && zips.size < size; zip += 1)
      zips.add(`${prefix}${String(zip).padStart(2, '0')}`);
  }
  return [...zips];
}

/** Removes duplicates, because a team cannot have two equal areas. */
function distinct(areas: SeedArea[]): SeedArea[] {
  const known = new Map(areas.map((each) => [JSON.stringify(each.area), each]));
  return [...known.values()];
}
