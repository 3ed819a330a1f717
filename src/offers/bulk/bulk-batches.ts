import type { Line } from './lines.js';
import { readRow, type BulkOutcome, type BulkRow } from './bulk-row.js';

/** Enough for the cost of a statement to be small beside its rows, and for an answer to come soon. */
const batchRows = 100;
const batchBytes = 1_048_576;

/** Lines that are written together. */
export interface Batch {
  rows: BulkRow[];
  /** Of lines that could not be read. */
  outcomes: BulkOutcome[];
}

/** Puts lines together, 100 or a megabyte at a time. */
export async function* batchesOf(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    batch.push(line);
    bytes += line.bytes?.length ?? 0;
    if (batch.length < batchRows && bytes < batchBytes) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Reads the lines of a batch. */
export function readBatch(lines: readonly Line[]): Batch {
  const batch: Batch = { rows: [], outcomes: [] };
  for (const line of lines)
    try {
      batch.rows.push(readRow(line));
    } catch (cause) {
      batch.outcomes.push({ line: line.number, result: 'failed', cause });
    }
  return batch;
}
