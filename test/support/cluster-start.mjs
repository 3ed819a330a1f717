import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts one Postgres for the whole run, without durability; TEST_DATABASE_URL or DATABASE_URL names another. */
export default async function start() {
  const given = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (given) {
    process.env.TEST_CLUSTER_URL = given;
    return;
  }
  const { startEmbedded } = await import('../../dist/src/database/embedded/start.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'offerdock-test-'));
  const log = { info: () => {}, warn: () => {}, error: (text) => process.stderr.write(`${text}\n`) };
  const extraFlags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const database = await startEmbedded({ dataDir, log, maxConnections: 200, extraFlags });
  process.env.TEST_CLUSTER_URL = database.url;
  globalThis.offerdockCluster = { database, dataDir };
}
