import { Client, DatabaseError, type ClientConfig } from 'pg';
import type { WireClient } from '../wire/wire-client.js';

/** Identifies a session of Postgres; a process ID alone can belong to another session later. */
const sessionId = "concat(pid, '/', extract(epoch FROM backend_start))";

/** Returns the ID of the session in the column `id`. */
export const ownSessionId = `SELECT ${sessionId} AS id FROM pg_stat_get_activity(pg_backend_pid())`;

/**
 * The sessions whose statements are in progress. One that waits for the network is not: what it waits for was sent
 * long ago, or is not read.
 */
const inProgress = `SELECT ${sessionId} AS id FROM pg_stat_get_activity(NULL)
  WHERE coalesce(state, '') NOT LIKE 'idle%' AND wait_event IS DISTINCT FROM 'ClientRead'
    AND wait_event IS DISTINCT FROM 'ClientWrite' AND ${sessionId} = ANY ($1)`;

const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL) WHERE ${sessionId} = ANY ($1)`;

/** A connection of its own to find out whether Postgres answers, and what it is doing for the others. */
export class Probe {
  private readonly client: Client;
  private readonly timer: NodeJS.Timeout;
  /** Whether Postgres did not answer in time. */
  hasTimedOut = false;

  constructor(config: ClientConfig, timeoutMs: number) {
    this.client = new Client({ ...config, application_name: 'offerdock probe' });
    // The failure is reported by what was called, and an idle connection has nothing to report.
    this.client.on('error', () => undefined);
    this.timer = setTimeout(() => {
      this.hasTimedOut = true;
      this.close();
    }, timeoutMs).unref();
  }

  async connect(): Promise<void> {
    await this.client.connect();
  }

  /** Connects first. @returns the IDs of those sessions whose statements are in progress */
  async inProgress(clients: WireClient[]): Promise<Set<string>> {
    await this.connect();
    const { rows } = await this.client.query<{ id: string }>(inProgress, [idsOf(clients)]);
    this.timer.refresh();
    return new Set(rows.map(({ id }) => id));
  }

  /** Ends sessions that Postgres still keeps, with their transactions and locks. */
  async terminate(ids: string[]): Promise<void> {
    await this.client.query(terminate, [ids]);
  }

  close(): void {
    clearTimeout(this.timer);
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

const idsOf = (clients: WireClient[]) => clients.flatMap(({ sessionId }) => sessionId ?? []);

/** Returns whether Postgres itself reported the failure, so it is reachable. */
export const isAnswer = (failure: unknown): boolean => failure instanceof DatabaseError;
