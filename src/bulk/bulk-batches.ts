import { failedOutcome, maxLineBytes, parseRow, type BulkOutcome, type BulkRow } from './bulk-row.js';
import { endWithFailure, splitLines, type Line } from './lines.js';

/**
 * Large enough that the cost of a statement is small compared with its rows, and small enough that results
 * arrive quickly.
 */
const maxBatchRows = 100;
const maxBatchBytes = 1_048_576;

/** Lines that are written together. */
export interface Batch {
  rows: BulkRow[];
  /** Rows that could not be read as a whole. They are not written, but their keys may be known. */
  brokenRows: BulkRow[];
  /** Outcomes of the lines that could not be parsed. */
  outcomes: BulkOutcome[];
}

/** Yields the lines of a body in JSON Lines format. */
export const readJsonLines = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> =>
  endWithFailure(splitLines(chunks, maxLineBytes));

/**
 * Groups lines into batches of 100 lines or 1 MiB.
 * @throws the cause of a broken body that ends within the first batch, before anything has been written
 */
export async function* batchLines(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const line of lines) {
    if (isFirst && line.cause?.code === 'MALFORMED_ENCODING') throw line.cause;
    batch.push(line);
    bytes += line.bytes?.length ?? 0;
    if (batch.length < maxBatchRows && bytes < maxBatchBytes) continue;
    yield batch;
    isFirst = false;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

export function parseBatch(lines: readonly Line[], idName = 'id'): Batch {
  const batch: Batch = { rows: [], brokenRows: [], outcomes: [] };
  for (const line of lines)
    try {
      if (line.cause && line.body) {
        const row = parseRow(line, idName);
        batch.brokenRows.push(row);
        batch.outcomes.push(failedOutcome(row, line.cause));
        continue;
      }
      if (line.cause) throw line.cause;
      batch.rows.push(parseRow(line, idName));
    } catch (cause) {
      batch.outcomes.push({
        line: line.number,
        result: 'failed',
        cause,
        ...(line.locate && { locate: line.locate }),
      });
    }
  return batch;
}
