import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, DataDirInUseError } from '../database-error.js';
import { takeOwnership, type Ownership } from './owner.js';
import { clusterOf, logFileOf } from './paths.js';
import { lastArguments, runningPostmaster, stopPostmaster } from './postmaster.js';
import { spawnServer, type Site, type Spawned } from './server.js';
import type { Log } from '../log.js';

const PATIENCE_MS = 60_000;
const POLL_MS = 25;
const RESPAWN_MS = 200;
/** The port or the directory is still, or already, somebody else's: worth another try. */
const CONTENDED = /could not bind|could not create any TCP|postmaster\.pid|shared memory block/;

/**
 * Comes to own a running server: takes over the one that a killed process left behind, or starts one and
 * waits until it is ready, crash recovery included (60 s at most). Of several processes that call this on
 * the same directory exactly one succeeds: Postgres runs once on a directory, and its owner's lock is one.
 * @param port to start the server on; a free one when not given.
 * @throws DatabaseError when it does not start, DataDirInUseError when another process owns it.
 */
export async function ownServer(site: Site, log: Log, port?: number): Promise<Ownership> {
  const attempt = new Attempt(site, log, port);
  try {
    for (;;) {
      const owned = await attempt.advance();
      if (owned) return owned;
      await sleep(POLL_MS);
    }
  } catch (error) {
    // A server that we started may have been taken over by another process: then it is not ours to stop.
    if (!(error instanceof DataDirInUseError)) attempt.abandon();
    throw error;
  }
}

class Attempt {
  private readonly deadline = Date.now() + PATIENCE_MS;
  private spawned: Spawned | undefined;

  constructor(
    private readonly site: Site,
    private readonly log: Log,
    private readonly port: number | undefined,
  ) {}

  /** One look at the directory, and one step from there. */
  async advance(): Promise<Ownership | null> {
    const running = await runningPostmaster(clusterOf(this.site.dataDir));
    const owned = running?.ready ? await takeOwnership(running, this.site) : null;
    if (owned) return (await this.isUsable(owned)) ? owned : null;
    if (Date.now() > this.deadline) throw await this.tooLate();
    if (!running && (this.spawned === undefined || this.spawned.hasExited())) await this.spawn();
    return null;
  }

  abandon(): void {
    if (this.spawned?.hasExited() === false) this.spawned.interrupt();
  }

  private async spawn(): Promise<void> {
    if (this.spawned) {
      const words = await this.spawned.lastWords();
      if (!CONTENDED.test(words)) throw new DatabaseError(`The embedded Postgres did not start:\n${words}`);
      await sleep(RESPAWN_MS);
    }
    this.spawned = await spawnServer(this.site, this.port);
  }

  /** A server that was left behind is of use with the settings that are wanted now; else it is stopped. */
  private async isUsable(owned: Ownership): Promise<boolean> {
    if (owned.pid === this.spawned?.pid) return true;
    const cluster = clusterOf(this.site.dataDir);
    const same = (await lastArguments(cluster)).join('\n') === this.site.args.join('\n');
    const left = `the Postgres (process ${owned.pid}) that was running without an owner`;
    this.log.warn(same ? `Took over ${left}` : `Restarting ${left}: its settings are not the present ones`);
    if (!same) {
      await stopPostmaster(owned.pid, cluster, this.site.binaries);
      await owned.connection.end().catch(() => undefined);
    }
    return same;
  }

  private async tooLate(): Promise<DatabaseError> {
    const words = await this.spawned?.lastWords();
    const log = logFileOf(this.site.dataDir);
    return new DatabaseError(
      `The embedded Postgres was not ready within ${PATIENCE_MS / 1000} s; see ${log}. ` +
        `It said last:\n${words ?? '(another process has started it)'}`,
    );
  }
}
