import { findBinaries } from './binaries.js';
import { createCluster, createDataDir } from './cluster.js';
import { OwnedServer } from './owned-server.js';
import { serverArguments } from './server.js';
import { chooseUser } from './system-user.js';
import type { Log } from '../log.js';

export interface EmbeddedOptions {
  /** Absolute path; created if missing. Only one process can use it at a time. */
  readonly dataDir: string;
  readonly log: Log;
  /** At least 10; default 100. */
  readonly maxConnections?: number;
  /** More arguments for Postgres, such as `['-c', 'fsync=off']` in tests. */
  readonly extraFlags?: readonly string[];
  /** Stops what has been started so far when it aborts. */
  readonly interrupt?: AbortSignal;
}

export interface EmbeddedDatabase {
  /** URL of the database `offerdock`, with the password. */
  readonly url: string;
  /** Stops Postgres and waits until it has exited, for about 15 s at most. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Runs our own Postgres on 127.0.0.1 with its data in `dataDir`. It runs in its own session, so that Ctrl-C does not
 * reach it; `stop` ends it. If this process is killed, Postgres keeps running, and the next start takes it over. If
 * Postgres dies, it is started again on the same port.
 * @throws DatabaseError, in particular DataDirInUseError if another process uses `dataDir`, or the reason of
 * `interrupt`, once everything has stopped.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, log, interrupt } = options;
  const binaries = await findBinaries();
  const user = await chooseUser(binaries.postgres, dataDir, await createDataDir(dataDir));
  const password = await createCluster(dataDir, binaries, user, log, interrupt);
  const args = serverArguments(dataDir, options.maxConnections ?? 100, options.extraFlags ?? []);
  const server = await OwnedServer.start({ dataDir, password, binaries, user, args }, log, interrupt);
  return { url: server.url, stop: () => server.stop() };
}
