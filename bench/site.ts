import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbedded } from '../src/database/embedded/start.js';
import { sessionSettings } from '../src/database/session.js';
import { migrate } from '../src/database/migrate.js';
import { runSeed } from './server.js';
import { isStopped } from './stop.js';

export const say = (text: string) => void process.stderr.write(`${text}\n`);
const log = { info: () => undefined, warn: say, error: say };

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What autovacuum would do as well, in the middle of the measuring. */
export const vacuum = (client: Client) => client.query('VACUUM (ANALYZE)');

/**
 * Waits until Postgres has nothing to do: a slow subject goes on with what nobody waits for any more, and autovacuum comes
 * when it likes.
 */
export async function quiet(client: Client): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() LIMIT 1",
    );
    if (!rowCount) return;
    await sleep(50);
  }
}

export interface SeededDatabase {
  url: string;
  /** NaN when it was there from another run. */
  offersPerSecond: number;
}

/** A database with a catalog of the size: seeded, unless it is there from another run. */
export async function seededDatabase(clusterUrl: string, size: number): Promise<SeededDatabase> {
  const name = `offerdock_bench_${size}`;
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  const known = await withClient(clusterUrl, (client) =>
    client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]),
  );
  if (!known.rowCount) await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  await migrate(url.href, log);
  const offersPerSecond = known.rowCount ? NaN : await runSeed(url.href, size);
  // For all subjects alike.
  const settings = sessionSettings.replace('SET', `ALTER DATABASE ${name} SET`);
  await withClient(url.href, (client) => client.query(settings));
  await withClient(url.href, vacuum);
  return { url: url.href, offersPerSecond };
}

/** What fails because the benchmark was told to stop is no error. */
async function unlessStopped(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!isStopped()) throw cause;
    say('Stopped');
    process.exitCode = 130;
  }
}

/** Runs the work over the cluster of BENCH_DATABASE_URL, else over one of its own that is gone afterwards. */
export async function withCluster(work: (clusterUrl: string) => Promise<void>): Promise<void> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return unlessStopped(work(given));
  const dataDir = await mkdtemp(join(tmpdir(), 'offerdock-bench-'));
  // A catalog of a million offers takes 2 GB; a database for it would be given as much memory.
  const extraFlags = ['-c', 'shared_buffers=1GB'];
  const database = await startEmbedded({ dataDir, log, maxConnections: 200, extraFlags });
  try {
    await unlessStopped(work(database.url));
  } finally {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
