import { createHash } from 'node:crypto';
import { adminKey, type Harness, type Reply } from './harness.js';
import type { TestTeam } from './factories.js';

/** An ID that no offer has. */
export const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

/** Returns shorthands for the requests of catalog tests. */
export function catalogCalls(harness: () => Harness) {
  const expectStatus = (reply: Reply, status: number) => {
    if (reply.status !== status)
      throw new Error(`expected status ${status}, got ${reply.status}: ${reply.text}`);
    return reply.body;
  };
  const calls = {
    /** Creates an active offer of the team. */
    offer: async (team: TestTeam, body: object = {}): Promise<{ id: string; version: number }> =>
      expectStatus(
        await harness().call('POST', '/provider/offers', { name: 'Offer', status: 'active', ...body }, team),
        201,
      ),
    change: async (team: TestTeam, id: string, body: object) =>
      expectStatus(await harness().call('PATCH', `/provider/offers/${id}`, body, team), 200),
    remove: async (team: TestTeam, id: string) =>
      expectStatus(await harness().call('DELETE', `/provider/offers/${id}`, undefined, team), 200),
    admin: async (team: TestTeam, body: object) =>
      expectStatus(await harness().call('PATCH', `/admin/teams/${team.id}`, body, { key: adminKey }), 200),
    prefer: (team: TestTeam, body: object) =>
      harness().call('POST', '/provider/partners/preferred', body, team),
    list: (team: TestTeam, query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      harness().call('GET', `/reseller/catalog?${new URLSearchParams(query)}`, undefined, {
        key: team.key,
        headers,
      }),
    read: (team: TestTeam, id: string, headers: Record<string, string> = {}) =>
      harness().call('GET', `/reseller/catalog/${id}`, undefined, { key: team.key, headers }),
    /** Returns the IDs on the first page of the catalog, which has up to 100 offers. */
    ids: async (team: TestTeam, query: Record<string, string> = {}): Promise<string[]> => {
      const body = expectStatus(await calls.list(team, { limit: '100', ...query }), 200);
      return (body as { id: string }[]).map(({ id }) => id);
    },
  };
  return calls;
}

let rareWords = 0;

/** Returns a word that no other offer contains. Two such words differ by more than a typo. */
export function rareWord(): string {
  rareWords += 1;
  return createHash('sha256')
    .update(String(rareWords))
    .digest('hex')
    .replaceAll(/[^a-f]/g, '')
    .slice(0, 12);
}

/** Returns the date that is the given number of days from today (UTC). */
export const dayFromNow = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
