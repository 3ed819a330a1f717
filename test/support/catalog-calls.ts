import { randomUUID } from 'node:crypto';
import { adminKey, type Harness, type Reply } from './harness.js';
import type { TestTeam } from './factories.js';

/** Ids that no offer has. */
export const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

/** What a test of the catalog says again and again, for one application. */
export function catalogCalls(harness: () => Harness) {
  const must = (reply: Reply, status: number) => {
    if (reply.status !== status) throw new Error(`${reply.status} rather than ${status}: ${reply.text}`);
    return reply.body;
  };
  const calls = {
    /** An active offer of the team. */
    offer: async (team: TestTeam, body: object = {}): Promise<{ id: string; version: number }> =>
      must(
        await harness().call('POST', '/provider/offers', { name: 'Offer', status: 'active', ...body }, team),
        201,
      ),
    change: async (team: TestTeam, id: string, body: object) =>
      must(await harness().call('PATCH', `/provider/offers/${id}`, body, team), 200),
    remove: async (team: TestTeam, id: string) =>
      must(await harness().call('DELETE', `/provider/offers/${id}`, undefined, team), 200),
    admin: async (team: TestTeam, body: object) =>
      must(await harness().call('PATCH', `/admin/teams/${team.id}`, body, { key: adminKey }), 200),
    prefer: (team: TestTeam, body: object) =>
      harness().call('POST', '/provider/partners/preferred', body, team),
    list: (team: TestTeam, query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      harness().call('GET', `/reseller/catalog?${new URLSearchParams(query)}`, undefined, {
        key: team.key,
        headers,
      }),
    read: (team: TestTeam, id: string, headers: Record<string, string> = {}) =>
      harness().call('GET', `/reseller/catalog/${id}`, undefined, { key: team.key, headers }),
    /** Ids of a page of the catalog. */
    ids: async (team: TestTeam, query: Record<string, string> = {}): Promise<string[]> => {
      const body = must(await calls.list(team, { limit: '100', ...query }), 200);
      return (body as { id: string }[]).map(({ id }) => id);
    },
  };
  return calls;
}

/** A word that nothing else in the database holds. */
export const rareWord = () => `w${randomUUID().replaceAll(/[^a-z]/g, '')}`;

/** A day so many days from now (UTC). */
export const dayFromNow = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
