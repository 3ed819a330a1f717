import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './scenario.js';

/** Connections that a firewall has forgotten: the trouble is over at once for new connections, never for old ones. */
export const silentConnections: Scenario = {
  name: 'silent connections',
  run: async ({ site }) => {
    site.proxy.silence();
    site.proxy.resume();
  },
};

export const stoppedPostgres: Scenario = {
  name: 'SIGSTOP of Postgres',
  run: async ({ site, sizes }) => {
    await site.cluster.pause();
    await sleep(sizes.holdMs);
    site.cluster.resume();
  },
};
