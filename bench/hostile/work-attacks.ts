import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.js';
import { howTheyEnded, inParallel, send, type Ending, type Tally } from './hostile-client.js';
import { offerWithZips } from './zip-offers.js';
import type { Site } from './site.js';

const bulk = {
  method: 'POST',
  path: '/provider/offers/bulk',
  contentType: 'application/x-ndjson',
  keepText: true,
};

/** Counts the results of the lines of bulk uploads. */
function lineResults(endings: readonly Ending[]): Tally {
  const tally: Tally = {};
  for (const { text } of endings)
    for (const [, result = ''] of text.matchAll(/"result":"(\w+)"/g))
      tally[`lines ${result}`] = (tally[`lines ${result}`] ?? 0) + 1;
  return tally;
}

/** Upload lines are made one by one, as a client would that reads them from a file. */
function linesOf(count: number, offer: (index: number) => object): Readable {
  function* lines() {
    for (let index = 0; index < count; index += 1) yield `${JSON.stringify(offer(index))}\n`;
  }
  return Readable.from(lines(), { objectMode: false });
}

const facetSearches: Attack = {
  group: 7,
  name: 'searches with facets and a count at once',
  prepare: async (site, { searches: { count } }) => {
    const words = ['internet', 'home', 'plan', 'unlimited', 'security', 'energy', 'tv', 'mobile'];
    return async () => {
      const endings = await inParallel(count, count, (index) => {
        const query = new URLSearchParams({
          search: words[index % words.length] ?? '',
          // No two requests are the same, so that no cache helps.
          minPrice: (1 + index / 100).toFixed(2),
          facets: 'category,provider,price,connectionType',
          count: 'true',
        });
        return send(site.port, { path: `/reseller/catalog?${query}`, key: site.reseller.key });
      });
      return {
        endings: howTheyEnded(endings),
        facts: { 'ms until the last answer': Math.max(...endings.map(({ ms }) => ms)) },
      };
    };
  },
};

/** Returns the number of statements that wait for a lock. */
async function waitingStatements(site: Site): Promise<number> {
  const { rows } = await site.client.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
}

/** The statements are slow because a row is locked: on any machine, they take as long as the lock is held. */
const hangUps: Attack = {
  group: 7,
  name: 'clients that hang up during a slow statement',
  prepare: async (site, { hangUps: { count } }) => {
    const { key } = site.provider;
    const { id } = await site.call('POST', '/provider/offers', key, { name: 'Slow', category: 'other' });
    return async () => {
      const locker = await site.connect();
      try {
        await locker.query('BEGIN');
        await locker.query('SELECT 1 FROM offers WHERE id = $1 FOR UPDATE', [id]);
        const endings = await inParallel(count, count, (index) =>
          send(site.port, {
            method: 'PATCH',
            path: `/provider/offers/${id}`,
            key,
            body: JSON.stringify({ overview: `Change ${index}` }),
            hangUpAfterMs: 500,
          }),
        );
        await sleep(1000);
        return {
          endings: howTheyEnded(endings),
          facts: { 'statements still running 1 s after the clients left': await waitingStatements(site) },
        };
      } finally {
        await locker.end();
      }
    };
  },
};

const zipLines: Attack = {
  group: 7,
  name: 'bulk lines with 45,000 different ZIP codes each',
  prepare: async (site, { zipLines: { count } }) => {
    const { key } = await site.createTeam('provider');
    return async () => {
      const body = linesOf(count, (index) => ({ ...offerWithZips(index), sku: `ZIP-${index}` }));
      const ending = await send(site.port, { ...bulk, key, body, timeoutMs: 180_000 });
      return { endings: { ...howTheyEnded([ending]), ...lineResults([ending]) }, facts: {} };
    };
  },
};

const uploads: Attack = {
  group: 7,
  name: 'uploads at once with one key',
  prepare: async (site, { uploads: { count, lines, seconds } }) => {
    const { key } = await site.createTeam('provider');
    return async () => {
      const endings = await inParallel(count, count, (upload) => {
        const body = linesOf(lines, (index) => ({
          sku: `UP-${upload}-${index}`,
          name: `High-Speed Internet ${index}`,
          category: 'internet',
          status: 'active',
          serviceSpecificData: { minBandwidth: 500, maxBandwidth: 1000, connectionType: 'fiber' },
          pricingType: 'fixed',
          monthlyPrice: 50,
        }));
        return send(site.port, { ...bulk, key, body, hangUpAfterMs: seconds * 1000 });
      });
      return { endings: { ...howTheyEnded(endings), ...lineResults(endings) }, facts: {} };
    };
  },
};

/** Requests that make the service or its database work without a limit. */
export const workAttacks: Attack[] = [facetSearches, hangUps, zipLines, uploads];
