import type { CursorPosition } from '../../paging/cursor.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { creationPosition, ownOfferJson } from '../offer-json.js';
import type { OfferRange } from '../offers.query.js';

/**
 * Target chunk size, large enough that the cost of a statement is small, and small enough to keep in memory.
 */
const targetBytes = 128 * 1024;
const firstRows = 16;
const maxRows = 128;

/**
 * Yields offers as JSON Lines, which are read and written in chunks. An offer takes 2 KB, or 360 KB if it
 * lists every ZIP code, so the number of rows in a chunk depends on the size of the previous chunk.
 * @param read returns rows of `ownOfferJson`, oldest first
 */
export async function* exportOffers(read: (range: OfferRange) => Promise<WireRow[]>): AsyncGenerator<Buffer> {
  let after: CursorPosition | undefined;
  let limit = firstRows;
  do {
    const rows = await read({ after, limit });
    const last = rows.at(-1);
    if (!last) return;
    const lines = toLines(rows);
    yield lines;
    after = rows.length === limit ? creationPosition(last) : undefined;
    limit = nextLimit(limit, lines.length);
  } while (after);
}

/** Doubles or halves the limit, so that only a few different statements are prepared. */
function nextLimit(limit: number, bytes: number): number {
  if (bytes > targetBytes) return Math.max(1, limit / 2);
  return bytes < targetBytes / 2 ? Math.min(maxRows, limit * 2) : limit;
}

function toLines(rows: readonly WireRow[]): Buffer {
  const lines = new JsonBuffer();
  for (const row of rows) ownOfferJson.write(row, lines).append('\n');
  return lines.take();
}
