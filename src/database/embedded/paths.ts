import { join } from 'node:path';

/** Returns the path of the embedded Postgres cluster. The directory exists only once it is complete. */
export function clusterDir(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Returns the path of the file with the password of the superuser `offerdock`. Its mode is 0600. */
export function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password');
}

/** Returns the path of the Postgres log, which records starts, stops and recoveries. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}
