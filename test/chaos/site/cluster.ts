import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findBinaries } from '../../../src/database/embedded/binaries.js';
import { createCluster, createDataDir } from '../../../src/database/embedded/cluster.js';
import { clusterDir } from '../../../src/database/embedded/paths.js';
import { stopPostmaster } from '../../../src/database/embedded/postmaster.js';
import {
  serverArguments,
  spawnServer,
  type ServerOptions,
  type SpawnedServer,
} from '../../../src/database/embedded/server.js';
import { changeOwner, chooseUser } from '../../../src/database/embedded/system-user.js';
import { freePort } from '../../../bench/environment/free-port.js';
import { DataDir, isAlive } from '../../support/service.js';
import { until } from '../../support/until.js';
import { canMakeDisks, withSmallDisk } from './small-disk.js';

const startMs = 60_000;
const pollMs = 25;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Nobody cuts the power here: what Postgres has handed to the operating system survives every kill. */
const settings = [
  'fsync=off',
  'shared_buffers=32MB',
  'wal_level=replica',
  'max_wal_senders=5',
  'hot_standby=on',
  'max_standby_streaming_delay=1s',
].flatMap((setting) => ['-c', setting]);

/** A Postgres of its own, from the programs of the embedded one, that can be killed, stopped and copied. */
export class Cluster {
  private spawned: SpawnedServer | undefined;
  private paused: number[] = [];

  private constructor(
    private readonly dir: DataDir,
    private readonly options: ServerOptions,
    private readonly port: number,
    /** The folder of a disk that can be filled; Postgres sees it while it runs. */
    private readonly smallDisk?: string,
  ) {}

  /** Starts a new cluster with an empty database for the service, if possible on a small disk. */
  static async start({ onSmallDisk = false } = {}): Promise<Cluster> {
    const plain = await Cluster.in(new DataDir());
    const disk = onSmallDisk && canMakeDisks() ? await withSmallDisk(plain.options) : undefined;
    const cluster = disk ? new Cluster(plain.dir, disk.options, plain.port, disk.folder) : plain;
    try {
      await cluster.start();
      if (disk) await cluster.query(`CREATE TABLESPACE small LOCATION '${disk.folder}'`, [], 'postgres');
      await cluster.query(`CREATE DATABASE offerdock ${disk ? 'TABLESPACE small' : ''}`, [], 'postgres');
      return cluster;
    } catch (cause) {
      await cluster.remove();
      throw cause;
    }
  }

  private static async in(dir: DataDir, password?: string): Promise<Cluster> {
    const binaries = await findBinaries();
    const user = await chooseUser(binaries.postgres, dir.path, await createDataDir(dir.path));
    const options = {
      dataDir: dir.path,
      password: password ?? (await createCluster(dir.path, binaries, user, quiet)),
      binaries,
      user,
      args: serverArguments(dir.path, 100, settings),
    };
    return new Cluster(dir, options, await freePort());
  }

  /** The URL of the database of the service. */
  get url(): string {
    return this.urlOf('offerdock');
  }

  get hasSmallDisk(): boolean {
    return this.smallDisk !== undefined;
  }

  /** Starts Postgres, and waits until it accepts connections. @throws an error with its log if it does not start */
  async start(): Promise<void> {
    const deadline = Date.now() + startMs;
    for (;;) {
      if (!this.spawned || this.spawned.hasExited())
        this.spawned = await spawnServer(this.options, this.port);
      if (await this.accepts()) return;
      if (Date.now() > deadline) throw new Error(`Postgres did not start:\n${await this.spawned.logTail()}`);
      await sleep(pollMs);
    }
  }

  /** Kills the server; its other processes notice that and exit. */
  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** Stops every process of the server in the middle of whatever it does, until `resume`. */
  async pause(): Promise<void> {
    await this.withClient('postgres', async (client) => {
      // First the parent, so that no process is added. The last one it has started is not listed at once.
      this.stop(this.pid);
      for (let quietChecks = 0; quietChecks < 5; await sleep(pollMs)) {
        const { rows } = await client.query<{ pid: number }>(
          'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
        );
        const added = rows.filter(({ pid }) => !this.paused.includes(pid));
        for (const { pid } of added) this.stop(pid);
        quietChecks = added.length > 0 ? 0 : quietChecks + 1;
      }
    });
  }

  private stop(pid: number): void {
    if (isAlive(pid)) process.kill(pid, 'SIGSTOP');
    this.paused.push(pid);
  }

  resume(): void {
    for (const pid of this.paused) if (isAlive(pid)) process.kill(pid, 'SIGCONT');
    this.paused = [];
  }

  query<T extends object>(text: string, values: unknown[] = [], database = 'offerdock'): Promise<T[]> {
    return this.withClient(database, async (client) => (await client.query<T>(text, values)).rows);
  }

  /** Breaks the connections of the service. */
  disconnectAll(): Promise<object[]> {
    return this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'offerdock'`,
    );
  }

  private async withClient<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Takes a base backup, and returns it as a cluster that is not running. */
  async backUp(): Promise<Cluster> {
    const dir = new DataDir();
    const copy = await Cluster.in(dir, this.options.password);
    const [from, to] = [clusterDir(this.options.dataDir), clusterDir(dir.path)];
    await this.withClient('postgres', async (client) => {
      await client.query("SELECT pg_backup_start('copy', true)");
      await this.copyFolder(from, to);
      const { rows } = await client.query<{ label: string }>(
        'SELECT labelfile AS label FROM pg_backup_stop(false)',
      );
      // What was written during the copy is in the log.
      await this.copyFolder(join(from, 'pg_wal'), join(to, 'pg_wal'));
      await copy.write('backup_label', rows[0]?.label ?? '');
    });
    await Promise.all(
      ['postmaster.pid', 'postmaster.opts'].map((file) => rm(join(to, file), { force: true })),
    );
    return copy;
  }

  /** Starts a hot standby. From then on, this cluster commits only what the standby has applied. */
  async startStandby(): Promise<Cluster> {
    const standby = await this.backUp();
    const { password } = this.options;
    const source = `host=127.0.0.1 port=${this.port} user=offerdock password=${password} application_name=standby`;
    await standby.write('postgresql.auto.conf', `primary_conninfo = '${source}'\n`);
    await standby.write('standby.signal', '');
    await standby.start();
    await this.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    await this.query("ALTER SYSTEM SET synchronous_commit = 'remote_apply'");
    await this.query('SELECT pg_reload_conf()');
    await until(
      async () => (await this.query("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length > 0,
    );
    return standby;
  }

  /** Makes a standby the primary. */
  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(true, 30)');
    await this.endStandby();
  }

  /** Commits without waiting for a standby. */
  async endStandby(): Promise<void> {
    await this.query('ALTER SYSTEM RESET ALL');
    await this.query('SELECT pg_reload_conf()');
  }

  async remove(): Promise<void> {
    this.resume();
    const pid = this.dir.postgres();
    if (pid !== undefined) await stopPostmaster(pid, clusterDir(this.options.dataDir), this.options.binaries);
    await this.dir.remove();
  }

  private get pid(): number {
    const pid = this.dir.postgres();
    if (pid === undefined) throw new Error('Postgres is not running');
    return pid;
  }

  private urlOf(database: string): string {
    return `postgres://offerdock:${this.options.password}@127.0.0.1:${this.port}/${database}`;
  }

  private async accepts(): Promise<boolean> {
    return this.query('SELECT 1', [], 'postgres').then(
      () => true,
      () => false,
    );
  }

  private async write(file: string, text: string): Promise<void> {
    const path = join(clusterDir(this.options.dataDir), file);
    await writeFile(path, text, { mode: 0o600 });
    await changeOwner(this.options.user, path);
  }

  /** Copies a folder in which files disappear meanwhile. */
  private async copyFolder(from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true, mode: 0o700 });
    await changeOwner(this.options.user, to);
    for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
      const source = join(entry.parentPath, entry.name);
      const target = join(to, relative(from, source));
      try {
        if (entry.isDirectory()) await mkdir(target, { recursive: true, mode: 0o700 });
        else await copyFile(source, target);
        await changeOwner(this.options.user, target);
      } catch (cause) {
        if (await stat(source).catch(() => undefined)) throw cause;
      }
    }
  }
}
