import { cpuUs } from '../environment/process-usage.js';
import { median } from '../environment/markdown.js';
import type { Attack } from './attack.js';
import { howTheyEnded, inParallel, send, type Ending } from './hostile-client.js';
import type { Site } from './site.js';

/** The lower price differs between requests, so that no cache helps. */
const pathOf = (index: number, counts: boolean) =>
  `/reseller/catalog?category=internet&minPrice=${(20 + (index % 100) / 100).toFixed(2)}&maxPrice=200&sortBy=price${counts ? '&count=true' : ''}`;

/** Returns the CPU time of the service and of Postgres for each request, in microseconds. */
async function cpuPerRequest(site: Site, requests: number, counts: boolean): Promise<number> {
  const used = () => cpuUs(site.pid) + cpuUs(site.postmaster);
  const startedUs = used();
  for (let index = 0; index < requests; index += 1)
    await send(site.port, { path: pathOf(index, counts), key: site.reseller.key });
  return (used() - startedUs) / requests;
}

/** Compares pages with and without a count, in turn and while nothing else runs. */
async function compare(site: Site, rounds: number, requests: number) {
  const counted: number[] = [];
  const uncounted: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const [withCount, without] = [
      await cpuPerRequest(site, requests, true),
      await cpuPerRequest(site, requests, false),
    ];
    if (round < 0) continue; // the warm-up
    counted.push(withCount);
    uncounted.push(without);
  }
  return { counted: median(counted), uncounted: median(uncounted) };
}

/** Pages of the catalog with the number of all matches. */
export const countingAttack: Attack = {
  group: 12,
  name: 'catalog pages with a count',
  prepare: async (site, { counting: { rounds, requests, connections, seconds } }) => {
    const { counted, uncounted } = await compare(site, rounds, requests);
    return async () => {
      const endings: Ending[] = [];
      const deadline = performance.now() + seconds * 1000;
      await inParallel(connections, connections, async (connection) => {
        for (let sent = connection; performance.now() < deadline && site.isAlive; sent += connections)
          endings.push(await send(site.port, { path: pathOf(sent, true), key: site.reseller.key }));
      });
      return {
        endings: howTheyEnded(endings),
        facts: {
          'CPU µs of a page with a count, server and Postgres': counted,
          'CPU µs of the same page without': uncounted,
          'ratio of the two': counted / uncounted,
          'counted answers per second': endings.filter(({ how }) => how === '200').length / seconds,
        },
      };
    };
  },
};
