import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, DataDirInUseError } from '../database-error.js';
import { takeOwnership, type Ownership } from './owner.js';
import { clusterDir, logFile } from './paths.js';
import { previousArguments, runningPostmaster, stopPostmaster } from './postmaster.js';
import { spawnServer, type ServerOptions, type SpawnedServer } from './server.js';
import type { Log } from '../log.js';

const TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const RESPAWN_MS = 200;
const ABANDON_TIMEOUT_MS = 10_000;
/** Another process is using the port or the directory, or has not released it yet; retry. */
const CONTENDED = /could not bind|could not create any TCP|postmaster\.pid|shared memory block/;

/**
 * Acquires a running server: takes over the server that a killed process left running, or starts one and
 * waits up to 60 s until it is ready, including crash recovery. If several processes call this on the same
 * directory, exactly one succeeds, because only one Postgres can run on a directory and only one connection
 * can have the owner's lock.
 * @param port the port on which to start the server; a free port if undefined
 * @throws DatabaseError if it does not start, DataDirInUseError if another process owns it, the reason of
 * `interrupt`
 */
export async function acquireServer(
  options: ServerOptions,
  log: Log,
  interrupt?: AbortSignal,
  port?: number,
): Promise<Ownership> {
  const attempt = new Attempt(options, log, port);
  try {
    for (;;) {
      interrupt?.throwIfAborted();
      const owned = await attempt.advance();
      if (owned) return owned;
      await sleep(POLL_MS);
    }
  } catch (error) {
    // If another process has taken over the server that this process started, it must not be stopped here.
    if (!(error instanceof DataDirInUseError)) await attempt.abandon();
    throw error;
  }
}

class Attempt {
  private readonly deadline = Date.now() + TIMEOUT_MS;
  private spawned: SpawnedServer | undefined;

  constructor(
    private readonly options: ServerOptions,
    private readonly log: Log,
    private readonly port: number | undefined,
  ) {}

  /** Checks the directory and performs one step. @returns the server once it is acquired, otherwise null */
  async advance(): Promise<Ownership | null> {
    const running = await runningPostmaster(clusterDir(this.options.dataDir));
    const owned = running?.ready ? await takeOwnership(running, this.options) : null;
    if (owned) return (await this.keepOrStop(owned)) ? owned : null;
    if (Date.now() > this.deadline) throw await this.timeoutError();
    if (!running && (this.spawned === undefined || this.spawned.hasExited())) await this.spawn();
    return null;
  }

  /** Stops the server that this attempt started, and waits up to 10 s until it has exited. */
  async abandon(): Promise<void> {
    const deadline = Date.now() + ABANDON_TIMEOUT_MS;
    if (this.spawned?.hasExited() === false) this.spawned.interrupt();
    while (this.spawned?.hasExited() === false && Date.now() < deadline) await sleep(POLL_MS);
  }

  private async spawn(): Promise<void> {
    if (this.spawned) {
      const output = await this.spawned.logTail();
      if (!CONTENDED.test(output)) throw new DatabaseError(`The embedded Postgres did not start:\n${output}`);
      await sleep(RESPAWN_MS);
    }
    this.spawned = await spawnServer(this.options, this.port);
  }

  /** Keeps a server that was left running if its settings are up to date; otherwise stops it. */
  private async keepOrStop(owned: Ownership): Promise<boolean> {
    if (owned.pid === this.spawned?.pid) return true;
    const cluster = clusterDir(this.options.dataDir);
    const isCurrent = (await previousArguments(cluster)).join('\n') === this.options.args.join('\n');
    const server = `the Postgres that an earlier process left running (process ${owned.pid})`;
    this.log.warn(isCurrent ? `Took over ${server}` : `Restarting ${server}: its settings have changed`);
    if (!isCurrent) {
      await stopPostmaster(owned.pid, cluster, this.options.binaries);
      await owned.connection.end().catch(() => undefined);
    }
    return isCurrent;
  }

  private async timeoutError(): Promise<DatabaseError> {
    const output = await this.spawned?.logTail();
    const log = logFile(this.options.dataDir);
    return new DatabaseError(
      `The embedded Postgres was not ready within ${TIMEOUT_MS / 1000} s; see ${log}. ` +
        `Its last output:\n${output ?? '(another process has started it)'}`,
    );
  }
}
