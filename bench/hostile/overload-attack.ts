import { Agent } from 'node:http';
import type { Attack } from './attack.js';
import { howTheyEnded, inParallel, percentile, send, type Ending } from './hostile-client.js';

const query = 'category=internet&sortBy=price&limit=20';

/** Many connections, each of which sends the next GET as soon as the last one is answered. */
export const overloadAttack: Attack = {
  group: 11,
  name: 'GETs on many connections',
  prepare: async (site, { overload: { connections, teams, seconds } }) => {
    const keys = await inParallel(teams, 1, async () => (await site.createTeam('reseller')).key);
    const offers = await site.call<{ id: string }[]>('GET', `/reseller/catalog?${query}`, keys[0] ?? '');
    const paths = [
      `/reseller/catalog?${query}`,
      ...offers.slice(0, 3).map(({ id }) => `/reseller/catalog/${id}`),
    ];
    return async () => {
      const agent = new Agent({ keepAlive: true });
      const endings: Ending[] = [];
      const deadline = performance.now() + seconds * 1000;
      await inParallel(connections, connections, async (connection) => {
        const key = keys[connection % keys.length];
        for (let sent = connection; performance.now() < deadline && site.isAlive; sent += 1)
          endings.push(await send(site.port, { path: paths[sent % paths.length] ?? '', key, agent }));
      });
      agent.destroy();
      const served = endings.filter(({ how }) => how === '200').map(({ ms }) => ms);
      const shed = endings.filter(({ how }) => how === '503').length;
      return {
        endings: howTheyEnded(endings),
        facts: {
          'answers per second with 200': served.length / seconds,
          'share of 503': shed / endings.length,
          'p50 of the served, ms': percentile(served, 0.5),
          'p99 of the served, ms': percentile(served, 0.99),
        },
      };
    };
  },
};
