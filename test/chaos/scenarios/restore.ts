import { setTimeout as sleep } from 'node:timers/promises';
import { copyRows } from '../site/logical-copy.js';
import type { Cluster } from '../site/cluster.js';
import type { Scenario } from './scenario.js';

const furtherMs = 1_500;

interface Restore {
  /** Returns a copy of the cluster, which may be running. */
  copyOf(cluster: Cluster): Promise<Cluster>;
  /** What docs/operations.md asks of operators. */
  afterwards?(copy: Cluster): Promise<unknown>;
}

/** Restores a copy after the readers of the change feed have read beyond it. */
const restore = (name: string, { copyOf, afterwards }: Restore): Scenario => ({
  name,
  run: async ({ site, load }) => {
    await load.pauseWriters();
    const copy = await copyOf(site.cluster);
    site.keep(copy);
    const forget = load.remember();
    load.resumeWriters();
    await sleep(furtherMs);
    await load.pauseWriters();
    await load.sendReaderAway();
    await site.stopService('SIGTERM');
    forget();
    await copy.start();
    await afterwards?.(copy);
    site.moveTo(copy);
    load.resumeWriters();
    site.startService();
  },
});

export const restoredBackup = restore('restored base backup', {
  copyOf: (cluster) => cluster.backUp(),
  afterwards: (copy) => copy.query('UPDATE catalog_changes_floor SET log_oid = 0'),
});
export const restoredDump = restore('restored dump in another cluster', { copyOf: copyRows });
