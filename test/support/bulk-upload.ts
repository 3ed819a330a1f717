import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

/** One line of the reply to a bulk upload. */
export interface BulkResultLine {
  /** The number of the row in the request, starting at 1. */
  line: number;
  result: string;
  id?: string;
  sku?: string;
  externalId?: string;
  version?: number;
  problem?: { code: string; detail: string; errors?: { field: string }[] };
}

/** The totals in the last line of the reply to an upload with `feed`. */
export interface FeedSummary {
  created: number;
  updated: number;
  unchanged: number;
  retired: number;
  failed: number;
  notRetiredBecause?: string;
}

export const jsonLinesType = 'application/x-ndjson';

/** Parses JSON Lines. */
export const parseJsonLines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** Sends a body to `POST /provider/offers/bulk`. */
export const sendBulk = (
  harness: Harness,
  team: TestTeam,
  body: string,
  { query = '', contentType = jsonLinesType } = {},
): Promise<Reply> =>
  harness.call('POST', `/provider/offers/bulk${query}`, body, {
    ...team,
    headers: { 'content-type': contentType },
  });

/** Uploads rows as JSON Lines. A row that is a string is sent unchanged. Expects a 200. */
export async function uploadOffers(
  harness: Harness,
  team: TestTeam,
  rows: readonly unknown[],
  query = '',
): Promise<BulkResultLine[]> {
  const body = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  const reply = await sendBulk(harness, team, body, { query });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toMatch(jsonLinesType);
  return parseJsonLines(reply.text);
}

/** Uploads rows to a feed. `query` continues the query string after `feed`. Expects a 200 and a summary at the end. */
export async function uploadFeed(
  harness: Harness,
  team: TestTeam,
  rows: readonly unknown[],
  { feed = 'ptc', query = '' } = {},
): Promise<{ lines: BulkResultLine[]; summary: FeedSummary }> {
  const all: unknown[] = await uploadOffers(harness, team, rows, `?feed=${feed}${query}`);
  const { summary } = all.pop() as { summary: FeedSummary };
  return { lines: all as BulkResultLine[], summary };
}
