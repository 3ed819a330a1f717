import { failover, failoverOfHost } from './failover.js';
import { fullDisk } from './full-disk.js';
import { killBoth, killPostgres, killService } from './kills.js';
import { hotStandby, readOnlyDatabase } from './read-only.js';
import { restoredBackup, restoredDump } from './restore.js';
import type { Scenario } from './scenario.js';
import { silentConnections, stoppedPostgres } from './standstill.js';

export const allScenarios: readonly Scenario[] = [
  killService,
  killPostgres,
  killBoth,
  silentConnections,
  stoppedPostgres,
  readOnlyDatabase,
  hotStandby,
  fullDisk,
  failover,
  failoverOfHost,
  restoredBackup,
  restoredDump,
];

/** Those that are part of every run of the tests; other specs cover the rest without load. */
export const shortScenarios: readonly Scenario[] = [killBoth, stoppedPostgres, failoverOfHost, restoredDump];
