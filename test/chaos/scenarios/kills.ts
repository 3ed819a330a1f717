import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './scenario.js';

const betweenKillsMs = 1_000;

/** Kills the service, its Postgres or both, each time under load, and starts what was killed again. */
const kill = (name: string, victims: { service: boolean; postgres: boolean }): Scenario => ({
  name,
  run: async ({ site, sizes }) => {
    for (let kills = 0; kills < sizes.kills; kills += 1) {
      if (kills > 0) await sleep(betweenKillsMs);
      await site.started();
      if (victims.postgres) site.cluster.kill();
      if (victims.service) await site.stopService('SIGKILL');
      if (victims.postgres) await site.cluster.start();
      if (victims.service) site.startService();
    }
  },
});

export const killService = kill('kill -9 of the service', { service: true, postgres: false });
export const killPostgres = kill('kill -9 of Postgres', { service: false, postgres: true });
export const killBoth = kill('kill -9 of both', { service: true, postgres: true });
