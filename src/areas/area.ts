import { createHash } from 'node:crypto';
import type { ServiceAreaFields } from './service-area-fields.js';
import { zipOf } from './zip-states.js';

/** An area in its one form: both lists sorted and without doubles. Empty lists mean nowhere. */
export interface Area {
  zipCodes: string[] | null;
  states: string[] | null;
}

const unique = (values: readonly string[]) => [...new Set(values)].toSorted();

/** Brings an area into its one form. */
export function normalArea(given: ServiceAreaFields): Area {
  return {
    zipCodes: given.zipCodes ? unique(given.zipCodes.map((zip) => zipOf(zip) ?? zip)) : null,
    states: given.states ? unique(given.states) : null,
  };
}

/** The same for equal areas, whatever the order in which they were given. */
export const areaHash = (area: Area) =>
  createHash('sha256')
    .update(JSON.stringify([area.zipCodes, area.states]))
    .digest();
