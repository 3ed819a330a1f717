import type { SqlRunner } from '../sql/transaction.js';
import type { Area } from './area.js';
import { stateOf, zipCodesOfOtherStates } from './zip-states.js';

const maxOutlines = 5_000;

/** Selects of each area the states, and one ZIP code for each three-digit prefix that its ZIP codes have. */
const select = `SELECT id, to_json(states), CASE WHEN zip_codes IS NOT NULL THEN to_json(ARRAY(
    SELECT DISTINCT ON (CASE WHEN zip = ANY ($2::text[]) THEN zip ELSE left(zip, 3) END) zip FROM unnest(zip_codes) AS zip)) END
  FROM service_areas WHERE id = ANY ($1::uuid[])`;

/**
 * Reads in which states stored areas are, and remembers it: an area never changes, and can have 45,000 ZIP codes. An
 * outline is an area with the same states, but only one ZIP code of each.
 */
export class AreaOutlines {
  private readonly known = new Map<string, Area>();

  /** Returns the outlines by the ID of the area. An area that does not exist any more has none. */
  async of(runner: SqlRunner, ids: readonly string[]): Promise<ReadonlyMap<string, Area>> {
    const found = new Map<string, Area>();
    const unknown = new Set<string>();
    for (const id of ids) {
      const area = this.known.get(id);
      if (area) found.set(id, area);
      else unknown.add(id);
    }
    if (unknown.size === 0) return found;
    const rows = await runner.rows({ text: select, values: [[...unknown], zipCodesOfOtherStates] });
    if (this.known.size + rows.length > maxOutlines) this.known.clear();
    for (const [id, states, zipCodes] of rows) {
      const area = {
        states: JSON.parse(states ?? 'null') as string[] | null,
        zipCodes: onePerState(JSON.parse(zipCodes ?? 'null') as string[] | null),
      };
      found.set(id ?? '', area);
      this.known.set(id ?? '', area);
    }
    return found;
  }
}

const onePerState = (zipCodes: string[] | null) =>
  zipCodes && [...new Map(zipCodes.map((zip) => [stateOf(zip), zip])).values()];
