import type { CursorPosition } from '../../paging/cursor.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { WirePage } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { offerHeader, offerRow } from '../files/write-columns.js';
import { creationPosition, ownOfferJson, parseOwnOffer } from '../offer-json.js';
import type { OfferRange } from '../offers.query.js';

/**
 * Chunk size, large enough that the cost of a statement is small, and small enough to keep in memory. Only a single offer
 * can make a larger chunk.
 */
const targetBytes = 128 * 1024;
const firstRows = 4;
const maxRows = 128;

/**
 * Yields offers, which are read and written in chunks. The next chunk is read when the client has received
 * the previous one; meanwhile, no connection is in use. An offer takes 2 KB, or 360 KB if it lists every ZIP code, so the
 * number of rows to request depends on the size of the previous chunk.
 * @param read returns rows of the JSON of the format, oldest first
 */
export async function* exportOffers(
  read: (range: OfferRange & { maxBytes: number }) => Promise<WirePage>,
  { header, write, json }: ExportFormat,
): AsyncGenerator<Buffer> {
  if (header) yield header();
  let after: CursorPosition | undefined;
  let limit = firstRows;
  do {
    const { rows, truncated } = await read({ after, limit, maxBytes: targetBytes });
    const last = rows.at(-1);
    if (!last) return;
    const lines = write(rows);
    if (lines.length > 0) yield lines;
    after = truncated || rows.length === limit ? creationPosition(last, json) : undefined;
    limit = truncated ? Math.max(1, limit / 2) : nextLimit(limit, lines.length);
  } while (after);
}

/** How the offers of an export are written. */
export interface ExportFormat {
  /** The rows that are read; `ownOfferJson` if omitted. */
  json?: typeof ownOfferJson;
  header?(): Buffer;
  write(rows: readonly WireRow[]): Buffer;
}

export const jsonLinesExport: ExportFormat = { write: toLines };

/** A CSV file. The offers are parsed one by one, so that memory use does not depend on their number. */
export const csvExport: ExportFormat = {
  header: () => Buffer.from(offerHeader()),
  write: (rows) => Buffer.concat(rows.map((row) => Buffer.from(offerRow(parseOwnOffer(row))))),
};

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
