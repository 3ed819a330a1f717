import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError, errorText } from '../database-error.js';
import type { Ownership } from './owner.js';
import { clusterOf } from './paths.js';
import { stopPostmaster } from './postmaster.js';
import type { Site } from './server.js';
import { ownServer } from './acquire-server.js';
import type { Log } from '../log.js';

const RETRY_MS = 2_000;

/** A server for as long as this process owns it; started again on the same port should it die. */
export class OwnedServer {
  /** `postgres://…` of the database `offerdock`, password included. */
  readonly url: string;
  private stopping: Promise<void> | undefined;
  private recovering: Promise<void> = Promise.resolve();
  private owned: Ownership | null = null;

  private constructor(
    private readonly site: Site,
    private readonly log: Log,
    private readonly port: number,
  ) {
    this.url = `postgres://offerdock:${site.password}@127.0.0.1:${port}/offerdock`;
  }

  /**
   * Starts the server, or takes it over, and makes the database `offerdock` unless it is there.
   * @throws DatabaseError, in particular DataDirInUseError when another process owns the directory.
   */
  static async start(site: Site, log: Log): Promise<OwnedServer> {
    const owned = await ownServer(site, log);
    const server = new OwnedServer(site, log, owned.port);
    server.keep(owned);
    try {
      await makeDatabase(owned);
      owned.unref();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Stops the server if this process still owns it, and waits until it has gone. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  /** The owner's lock ends with the server and not before, so nobody takes over what is about to stop. */
  private async stopOnce(): Promise<void> {
    await this.recovering;
    if (!this.owned) return;
    const { pid, connection } = this.owned;
    const gone = await stopPostmaster(pid, clusterOf(this.site.dataDir), this.site.binaries);
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
    this.log.error('Lost the embedded Postgres; starting it again unless it is still there');
    while (!this.stopping) {
      try {
        const owned = await ownServer(this.site, this.log, this.port);
        this.keep(owned);
        owned.unref();
        this.log.info('The embedded Postgres is back');
        return;
      } catch (error) {
        this.log.error(errorText(error));
        if (error instanceof DataDirInUseError) return;
        await sleep(RETRY_MS);
      }
    }
  }
}

async function makeDatabase({ connection }: Ownership): Promise<void> {
  const found = await connection.query(`SELECT FROM pg_database WHERE datname = 'offerdock'`);
  if (found.rowCount === 0) await connection.query('CREATE DATABASE offerdock');
}
