import { join } from 'node:path';

/** The cluster of the embedded Postgres; it appears complete or not at all. */
export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** The file with the password of the only role, `offerdock`; mode 0600. */
export function passwordFileOf(dataDir: string): string {
  return join(dataDir, 'postgres-password');
}

/** What Postgres says about itself: starts, stops, recoveries. */
export function logFileOf(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}
