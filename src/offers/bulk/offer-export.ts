import type { CursorPosition } from '../../paging/cursor.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { ownOfferJson, creationPosition } from '../offer-json.js';
import type { OfferRange } from '../offers.query.js';

/** Some bytes of an answer: enough for the cost of a statement to be small beside them, and little to wait for. */
const usualBytes = 128 * 1024;
const firstRows = 16;
const mostRows = 128;

/**
 * Offers as lines of JSON, read and written a piece at a time. An offer has 2 KB or, with all the ZIP codes that there
 * are, 360: so the number of those in the next piece follows from the size of this one.
 * @param read gives rows of `ownOfferJson`, oldest first
 */
export async function* exportOffers(
  read: (stretch: OfferRange) => Promise<WireRow[]>,
): AsyncGenerator<Buffer> {
  let after: CursorPosition | undefined;
  let limit = firstRows;
  do {
    const rows = await read({ after, limit });
    const last = rows.at(-1);
    if (!last) return;
    const lines = linesOf(rows);
    yield lines;
    after = rows.length === limit ? creationPosition(last) : undefined;
    limit = rowsAfter(limit, lines.length);
  } while (after);
}

/** Doubled and halved, so that there are few statements to prepare. */
function rowsAfter(rows: number, bytes: number): number {
  if (bytes > usualBytes) return Math.max(1, rows / 2);
  return bytes < usualBytes / 2 ? Math.min(mostRows, rows * 2) : rows;
}

function linesOf(rows: readonly WireRow[]): Buffer {
  const lines = new JsonBuffer();
  for (const row of rows) ownOfferJson.put(row, lines).put('\n');
  return lines.take();
}
