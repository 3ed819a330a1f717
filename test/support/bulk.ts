import type { TestTeam } from './factories.js';
import type { Harness } from './harness.js';

/** What the bulk tells of a line. */
export interface Told {
  line: number;
  result: string;
  id?: string;
  sku?: string;
  externalId?: string;
  version?: number;
  problem?: { code: string; detail: string; errors?: { field: string }[] };
}

export const jsonLines = 'application/x-ndjson';

/** The objects of JSON lines. */
export const linesOf = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** Sends rows to the bulk, objects or lines as they are; one answer for each. */
export async function bulk(
  harness: Harness,
  team: TestTeam,
  rows: readonly unknown[],
  query = '',
): Promise<Told[]> {
  const body = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  const headers = { 'content-type': jsonLines };
  const reply = await harness.call('POST', `/provider/offers/bulk${query}`, body, { ...team, headers });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toMatch(jsonLines);
  return linesOf(reply.text);
}
