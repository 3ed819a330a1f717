import { createHash } from 'node:crypto';
import type { ServiceAreaFields } from './service-area-fields.js';
import { zipOf } from './zip-states.js';

/** A normalized area. Both lists are sorted and contain no duplicates. An empty list covers no place. */
export interface Area {
  zipCodes: string[] | null;
  states: string[] | null;
}

const sortedUnique = (values: readonly string[]) => [...new Set(values)].toSorted();

/** Sorts both lists, removes duplicates and truncates ZIP+4 codes to five digits. */
export function normalizeArea({ zipCodes, states }: ServiceAreaFields): Area {
  return {
    zipCodes: zipCodes ? sortedUnique(zipCodes.map((zip) => zipOf(zip) ?? zip)) : null,
    states: states ? sortedUnique(states) : null,
  };
}

/** Returns the same hash for equal areas. */
export const areaHash = (area: Area) =>
  createHash('sha256')
    .update(JSON.stringify([area.zipCodes, area.states]))
    .digest();
