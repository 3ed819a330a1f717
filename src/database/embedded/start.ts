import { findBinaries } from './binaries.js';
import { createCluster, createDataDir } from './cluster.js';
import { OwnedServer } from './owned-server.js';
import { serverArguments } from './server.js';
import { chooseUser } from './system-user.js';
import type { Log } from '../log.js';

export interface EmbeddedOptions {
  /** Absolute path; the directory is created if missing. Only one process can use it. */
  readonly dataDir: string;
  readonly log: Log;
  /** At least 10; defaults to 100. */
  readonly maxConnections?: number;
  /** Additional arguments for Postgres, such as `['-c', 'fsync=off']` in tests. */
  readonly extraFlags?: readonly string[];
  /** If startup is aborted, stops everything that has been started so far. */
  readonly interrupt?: AbortSignal;
}

export interface EmbeddedDatabase {
  /** URL of the database `offerdock` with the password of a role that has rights to nothing else. */
  readonly url: string;
  /** URL of the same database with the password of a superuser, for tests and benchmarks. */
  readonly ownerUrl: string;
  /** Stops Postgres and waits up to about 15 s until it has exited. Can be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs the embedded Postgres on 127.0.0.1 with its data in `dataDir`. It runs in a separate session, so that
 * Ctrl-C does not reach it; `stop` ends it. If this process is killed, Postgres keeps running, and the next
 * start takes it over. If Postgres dies, it is restarted on the same port.
 * @throws DatabaseError, in particular DataDirInUseError if another process uses `dataDir`, or the reason of
 * `interrupt`, in each case after everything has stopped
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, log, interrupt } = options;
  const binaries = await findBinaries();
  const user = await chooseUser(binaries.postgres, dataDir, await createDataDir(dataDir));
  const password = await createCluster(dataDir, binaries, user, log, interrupt);
  const args = serverArguments(dataDir, options.maxConnections ?? 100, options.extraFlags ?? []);
  const server = await OwnedServer.start({ dataDir, password, binaries, user, args }, log, interrupt);
  return { url: server.url, ownerUrl: server.ownerUrl, stop: () => server.stop() };
}
