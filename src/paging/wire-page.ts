import type { JsonRowWriter } from '../sql/wire/json-row-writer.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import { countWithinBudget, readWithinBudget, type ReserveMemory } from './answer-budget.js';

interface RowsRead<T> {
  rows: T[];
  /** Whether there are further rows. */
  truncated: boolean;
  bytes: number;
}

/** How the rows of a page are written. */
interface Written<T> {
  json: JsonRowWriter;
  /** Returns the row of `json` in a row that was read. */
  wireOf: (row: T) => WireRow;
  /** The number of bytes of the rest of the answer at most, if it can be more than brackets and a cursor. */
  otherBytes?: number;
}

/**
 * Reads the rows of a page whose JSON fits into the byte budget of an answer.
 * @param read reads the rows up to a number of bytes
 */
export async function readWirePage<T>(
  reserve: ReserveMemory,
  { json, wireOf, otherBytes }: Written<T>,
  read: (maxBytes: number) => Promise<RowsRead<T>>,
): Promise<Omit<RowsRead<T>, 'bytes'>> {
  const {
    rows: { rows, truncated },
    large,
  } = await readWithinBudget(reserve, read);
  const count = large ? countWithinBudget(json.sizes(rows.map(wireOf)), otherBytes) : rows.length;
  return count < rows.length ? { rows: rows.slice(0, count), truncated: true } : { rows, truncated };
}
