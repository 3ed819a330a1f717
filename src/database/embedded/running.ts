import { readFile } from 'node:fs/promises';
import { clusterDir, passwordFile } from './paths.js';
import { runningPostmaster } from './postmaster.js';
import { serviceUrl } from './service-role.js';

/** Returns the URL of the database in an embedded Postgres that is running; undefined if none is. */
export async function urlOfRunning(dataDir: string): Promise<string | undefined> {
  const running = await runningPostmaster(clusterDir(dataDir));
  if (!running?.ready) return undefined;
  return serviceUrl((await readFile(passwordFile(dataDir), 'utf8')).trim(), running.port);
}
