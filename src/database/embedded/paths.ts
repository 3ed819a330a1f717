import { join } from 'node:path';

/** The data directory of the embedded Postgres itself. It exists only once it is complete. */
export function clusterDir(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Holds the password of the only role, `offerdock`; mode 0600. */
export function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password');
}

/** The log of Postgres: starts, stops, recoveries. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}
