import { createHash } from 'node:crypto';
import type { ServiceAreaFields } from './service-area-fields.js';
import { zipOf } from './zip-states.js';

/** A normalized area: both lists are sorted and have no duplicates. Empty lists mean nowhere. */
export interface Area {
  zipCodes: string[] | null;
  states: string[] | null;
}

const sortedUnique = (values: readonly string[]) => [...new Set(values)].toSorted();

/** Normalizes an area: sorts, removes duplicates and cuts ZIP+4 to five digits. */
export function normalizeArea({ zipCodes, states }: ServiceAreaFields): Area {
  return {
    zipCodes: zipCodes ? sortedUnique(zipCodes.map((zip) => zipOf(zip) ?? zip)) : null,
    states: states ? sortedUnique(states) : null,
  };
}

/** A hash that is equal for equal areas. */
export const areaHash = (area: Area) =>
  createHash('sha256')
    .update(JSON.stringify([area.zipCodes, area.states]))
    .digest();
