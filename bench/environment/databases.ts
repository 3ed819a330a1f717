import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbedded } from '../../src/database/embedded/start.js';
import { sessionSettings } from '../../src/database/session.js';
import { migrate } from '../../src/database/migrate.js';
import { isInterrupted, killOnInterrupt } from './interrupts.js';
import { compiled } from './programs.js';

/** Reports progress on stderr; stdout is for results. */
export const report = (text: string) => void process.stderr.write(`${text}\n`);
const log = { info: () => undefined, warn: report, error: report };

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Does the work that autovacuum would otherwise do during a measurement. */
export const vacuum = (client: Client) => client.query('VACUUM (ANALYZE)');

/**
 * Waits up to 30 s until Postgres is idle. A slow subject leaves statements running for which no client is waiting, and
 * autovacuum can start at any time.
 */
export async function waitUntilIdle(client: Client): Promise<void> {
  for (let attempts = 0; attempts < 600; attempts += 1) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() LIMIT 1",
    );
    if (!rowCount) return;
    await sleep(50);
  }
}

/** Encrypts the customers of the orders in the databases of the benchmark. */
export const benchDataKey = { id: 'bench', base64: Buffer.alloc(32, 1).toString('base64') };
export const benchDataKeys = `${benchDataKey.id}:${benchDataKey.base64}`;

export interface SeededDatabase {
  url: string;
  /** NaN if an earlier run seeded the database. */
  offersPerSecond: number;
}

/**
 * Returns a database with a catalog of `size` offers and with this many orders, and seeds it unless an earlier run did so.
 */
export async function seededDatabase(clusterUrl: string, size: number, orders = 0): Promise<SeededDatabase> {
  const name = `offerdock_bench_${size}${orders > 0 ? `_orders_${orders}` : ''}`;
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  const existing = await withClient(clusterUrl, (client) =>
    client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]),
  );
  if (!existing.rowCount) await withClient(clusterUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  await migrate(url.href, log);
  const offersPerSecond = existing.rowCount ? NaN : await runSeed(url.href, size, orders);
  // The settings are stored with the database, so that every subject gets the same ones.
  const settings = sessionSettings.replace('SET', `ALTER DATABASE ${name} SET`);
  await withClient(url.href, (client) => client.query(settings));
  await withClient(url.href, vacuum);
  return { url: url.href, offersPerSecond };
}

/** Runs the seed program as `npm run seed` does. @returns offers per second */
async function runSeed(databaseUrl: string, offers: number, orders: number): Promise<number> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, DATA_KEYS: benchDataKeys };
  const sizes = ['--offers', String(offers), '--orders', String(orders)];
  const args = ['--max-semi-space-size=64', compiled('seed/seed-cli.js'), ...sizes];
  const child = killOnInterrupt(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }));
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`Seeding exited with code ${code}`);
  return Number(/([\d,]+) offers per second/.exec(output)?.[1]?.replaceAll(',', ''));
}

/** Waits for the work. A failure after an interrupt is ignored, because it is a consequence of the interrupt. */
async function untilInterrupted(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!isInterrupted()) throw cause;
    report('Interrupted');
    process.exitCode = 130;
  }
}

/** Runs the work with the cluster at BENCH_DATABASE_URL, or with a temporary one that is deleted afterwards. */
export async function withCluster(work: (clusterUrl: string) => Promise<void>): Promise<void> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return untilInterrupted(work(given));
  const dataDir = await mkdtemp(join(tmpdir(), 'offerdock-bench-'));
  // A catalog of a million offers takes 2 GB; a production database of that size would have as much memory.
  const extraFlags = ['-c', 'shared_buffers=1GB'];
  const database = await startEmbedded({ dataDir, log, maxConnections: 200, extraFlags });
  try {
    await untilInterrupted(work(database.ownerUrl));
  } finally {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
