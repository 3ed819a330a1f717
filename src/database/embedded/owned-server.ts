import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError, errorText } from '../database-error.js';
import type { Ownership } from './owner.js';
import { clusterDir } from './paths.js';
import { stopPostmaster } from './postmaster.js';
import { ownerUrl, prepareDatabase, serviceUrl } from './service-role.js';
import type { ServerOptions } from './server.js';
import { acquireServer } from './acquire-server.js';
import type { Log } from '../log.js';

const RETRY_MS = 2_000;

/** A server that this process owns. If it dies, it is restarted on the same port. */
export class OwnedServer {
  /** The `postgres://` URL of the database `offerdock` for the service, including the password. */
  readonly url: string;
  /** The same for a superuser. */
  readonly ownerUrl: string;
  private stopping: Promise<void> | undefined;
  private recovering: Promise<void> = Promise.resolve();
  private owned: Ownership | null = null;

  private constructor(
    private readonly options: ServerOptions,
    private readonly log: Log,
    private readonly port: number,
  ) {
    this.url = serviceUrl(options.password, port);
    this.ownerUrl = ownerUrl(options.password, port);
  }

  /**
   * Starts the server or takes it over, and creates the database `offerdock` and its role unless they exist.
   * @throws DatabaseError, in particular DataDirInUseError if another process owns the directory, or the
   * reason of `interrupt`
   */
  static async start(options: ServerOptions, log: Log, interrupt?: AbortSignal): Promise<OwnedServer> {
    const owned = await acquireServer(options, log, interrupt);
    const server = new OwnedServer(options, log, owned.port);
    server.keep(owned);
    try {
      await prepareDatabase(owned.connection, options.password, owned.port);
      owned.unref();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /**
   * Stops the server if this process still owns it, and waits until it has exited.
   * Can be called more than once.
   */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  /**
   * Keeps the owner's lock until the server has stopped,
   * so that no other process takes over a stopping server.
   */
  private async stopOnce(): Promise<void> {
    await this.recovering;
    if (!this.owned) return;
    const { pid, connection } = this.owned;
    const gone = await stopPostmaster(pid, clusterDir(this.options.dataDir), this.options.binaries);
    if (!gone) this.log.error(`The embedded Postgres (process ${pid}) did not stop in time`);
    await connection.end().catch(() => undefined);
  }

  private keep(owned: Ownership): void {
    this.owned = owned;
    owned.connection.once('end', () => {
      this.owned = null;
      if (!this.stopping) this.recovering = this.recover();
    });
  }

  private async recover(): Promise<void> {
    this.log.error('Lost the connection to the embedded Postgres; restarting it unless it is still running');
    while (!this.stopping) {
      try {
        const owned = await acquireServer(this.options, this.log, undefined, this.port);
        this.keep(owned);
        owned.unref();
        this.log.info('The embedded Postgres is available again');
        return;
      } catch (error) {
        this.log.error(errorText(error));
        if (error instanceof DataDirInUseError) return;
        await sleep(RETRY_MS);
      }
    }
  }
}
