import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario, Trouble } from './scenario.js';

/** How long a connection can take to be replaced, in milliseconds. */
const settleMs = 500;

/** Waits while the database only reads. Reads must be answered, and the service must not be ready. */
async function holdReadOnly({ site, load, sizes }: Trouble): Promise<void> {
  await sleep(settleMs);
  const since = Date.now();
  await sleep(sizes.holdMs);
  const refused = load.log.exchanges.filter(
    ({ what, how, sentAt }) => what.startsWith('GET') && how !== '200' && sentAt > since,
  );
  if (refused.length > 0) load.log.addWrong(`${refused.length} reads failed although the database reads`);
  const { status } = await fetch(`${site.url}/health/ready`);
  if (status !== 503) load.log.addWrong(`/health/ready is ${status} although the database only reads`);
}

export const readOnlyDatabase: Scenario = {
  name: 'read-only database',
  run: async (trouble) => {
    const { cluster } = trouble.site;
    await cluster.query('ALTER DATABASE offerdock SET default_transaction_read_only = on', [], 'postgres');
    await cluster.disconnectAll();
    await holdReadOnly(trouble);
    await cluster.query('ALTER DATABASE offerdock RESET default_transaction_read_only', [], 'postgres');
    await cluster.disconnectAll();
  },
};

/** The service is led to a hot standby, which only reads, and back to the primary. */
export const hotStandby: Scenario = {
  name: 'hot standby instead of the primary',
  run: async (trouble) => {
    const { site } = trouble;
    const primary = site.cluster;
    const standby = await primary.startStandby();
    site.moveTo(standby);
    site.proxy.disconnectAll();
    await holdReadOnly(trouble);
    site.moveTo(primary);
    site.proxy.disconnectAll();
    await primary.endStandby();
  },
};
