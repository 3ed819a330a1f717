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
