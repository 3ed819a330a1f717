import { findBinaries } from './binaries.js';
import { makeCluster, makeDataDir } from './cluster.js';
import { OwnedServer } from './owned-server.js';
import { serverArguments } from './server.js';
import { chooseUser } from './system-user.js';
import type { Log } from '../log.js';

export interface EmbeddedOptions {
  /** Absolute path; made when missing. One process at a time can use it. */
  readonly dataDir: string;
  readonly log: Log;
  /** At least 10; default 100. */
  readonly maxConnections?: number;
  /** More arguments for Postgres, such as `['-c', 'fsync=off']` in tests. */
  readonly extraFlags?: readonly string[];
}

export interface EmbeddedDatabase {
  /** `postgres://…` of the database `offerdock`, password included. */
  readonly url: string;
  /** Stops Postgres and waits until it has written everything; about 15 s at most. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Runs a Postgres of our own on 127.0.0.1 with its data in `dataDir`. It lives in a session of its own, so
 * signals to this process do not reach it; `stop` ends it. When this process is killed it stays, and the
 * next start takes it over. Should it die, it is started again on the same port.
 * @throws DatabaseError, in particular DataDirInUseError when another process uses `dataDir`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, log } = options;
  const binaries = await findBinaries();
  const user = await chooseUser(binaries.postgres, dataDir, await makeDataDir(dataDir));
  const password = await makeCluster(dataDir, binaries, user, log);
  const args = serverArguments(dataDir, options.maxConnections ?? 100, options.extraFlags ?? []);
  const server = await OwnedServer.start({ dataDir, password, binaries, user, args }, log);
  return { url: server.url, stop: () => server.stop() };
}
