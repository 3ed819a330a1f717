import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ClientConfig } from 'pg';
import { DomainError } from '../../common/errors.js';
import type { WireClient } from '../wire/wire-client.js';
import { isAnswer, Probe } from './probe.js';

export interface WatchLimits {
  /** How long Postgres can be silent before it is asked over another connection, and how long that can take. */
  answerTimeoutMs: number;
  /** How long a statement can take, in milliseconds; no limit if undefined. */
  statementLimitMs?: number;
  /** Set behind a pooler in transaction mode, where a connection has no session of its own. */
  transactionSettings?: string;
}

/** What the last look at a connection found. */
interface Sight {
  received: number;
  sent: number;
  written: number;
  /** Since when nothing has moved in either direction although an answer is due. */
  silentSince: number;
  /** Since when the statement has been running. */
  runningSince: number;
}

const intervalMs = 250;

/**
 * Finds the connections that Postgres does not answer, and closes them. A network that drops packets without a reset
 * leaves connections that look open, and a stopped server looks the same. A slow statement is silent, too: so before
 * a connection is closed, Postgres is asked over a new one whether it is working for the old one. If even the new one
 * is not answered, no connection is kept, and requests fail at once until one is. A pooler in transaction mode cannot be
 * asked for a statement, and a new connection may have to wait for a session: there, only the pooler has to answer, and
 * connections are closed when their statements exceed the limit.
 */
export class ConnectionWatch {
  private readonly log = new Logger('Database');
  private readonly sights = new Map<WireClient, Sight>();
  /** Sessions whose connections were closed here; Postgres may not know it. */
  private readonly abandoned = new Set<string>();
  /** During an outage, the pool has no connections, but it will need some when Postgres answers again. */
  hasPoolEnded = () => false;
  private timer: NodeJS.Timeout | undefined;
  private isProbing = false;
  private isSilent = false;

  constructor(
    private readonly config: ClientConfig,
    private readonly limits: WatchLimits,
  ) {}

  add(client: WireClient): void {
    const now = performance.now();
    this.sights.set(client, { received: 0, sent: 0, written: 0, silentSince: now, runningSince: now });
    client.once('end', () => this.sights.delete(client));
    this.timer ??= setInterval(() => this.look(), intervalMs).unref();
  }

  /** @returns the error for a request that needs the database; undefined if Postgres answers */
  get outage(): DomainError | undefined {
    if (!this.isSilent) return undefined;
    const message = 'The database does not answer; try again later';
    return new DomainError('UNAVAILABLE', message, {}, { 'retry-after': '2' });
  }

  private look(): void {
    const now = performance.now();
    const { answerTimeoutMs, statementLimitMs = Infinity } = this.limits;
    let isOverdue = false;
    for (const [client, sight] of this.sights) {
      const isNext = client.sent !== sight.sent || !client.isWaiting;
      if (isNext) sight.runningSince = now;
      const { sent, received, written } = client;
      if (isNext || received !== sight.received || written !== sight.written) sight.silentSince = now;
      Object.assign(sight, { sent, received, written });
      if (now - sight.runningSince > (client.statementLimitMs ?? statementLimitMs)) this.abandon(client);
      else isOverdue ||= now - sight.silentSince >= answerTimeoutMs;
    }
    if (this.sights.size === 0 && (!this.isSilent || this.hasPoolEnded())) this.rest();
    else if ((isOverdue || this.isSilent) && !this.isProbing) void this.probe();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async probe(): Promise<void> {
    this.isProbing = true;
    const { answerTimeoutMs } = this.limits;
    const before = new Map([...this.sights].map(([client, { received }]) => [client, received]));
    const unheard = () => [...this.sights.keys()].filter((client) => client.received === before.get(client));
    const isOverdue = (client: WireClient) =>
      performance.now() - (this.sights.get(client)?.silentSince ?? Infinity) >= answerTimeoutMs;
    const probe = new Probe(this.config, answerTimeoutMs);
    try {
      if (this.limits.transactionSettings !== undefined) {
        await probe.connect();
        this.setSilent(false);
        unheard().forEach((client) => this.excuse(client));
        return;
      }
      const inProgress = await probe.inProgress([...before.keys()]);
      this.setSilent(false);
      await this.endAbandoned(probe);
      // An answer that Postgres sent just before the probe's may arrive after it.
      await sleep(intervalMs, undefined, { ref: false });
      this.judge(unheard(), isOverdue, inProgress);
      await this.endAbandoned(probe);
    } catch (cause) {
      // If this process was suspended, the timer runs before the answers that have arrived are read.
      await setImmediate();
      const isHeard = [...before].some(([client, received]) => client.received !== received);
      const isReachable = isHeard || isAnswer(cause);
      const silent = unheard();
      this.setSilent(probe.hasTimedOut && !isReachable);
      if (isReachable) silent.filter(isOverdue).forEach((client) => this.excuse(client));
      else this.abandonAll(this.isSilent ? silent : silent.filter(isOverdue));
    } finally {
      probe.close();
      this.isProbing = false;
    }
  }

  /** Ends the sessions in Postgres whose connections were closed here, and thereby releases their locks. */
  private async endAbandoned(probe: Probe): Promise<void> {
    const ids = [...this.abandoned];
    if (ids.length > 0) await probe.terminate(ids);
    for (const id of ids) this.abandoned.delete(id);
  }

  /** Closes the overdue connections for which Postgres is not working, and with them those that nobody uses. */
  private judge(
    unheard: WireClient[],
    isOverdue: (client: WireClient) => boolean,
    inProgress: Set<string>,
  ): void {
    const overdue = unheard.filter(isOverdue);
    const dead = overdue.filter(({ sessionId }) => sessionId === undefined || !inProgress.has(sessionId));
    for (const client of overdue) this.excuse(client);
    if (dead.length > 0) this.abandonAll([...dead, ...unheard.filter(({ isWaiting }) => !isWaiting)]);
  }

  /** Gives the connection the same time again. */
  private excuse(client: WireClient): void {
    const sight = this.sights.get(client);
    if (sight) sight.silentSince = performance.now();
  }

  private abandonAll(clients: WireClient[]): void {
    if (clients.length > 0)
      this.log.warn(`Closing ${clients.length} connections that Postgres does not answer`);
    for (const client of clients) this.abandon(client);
  }

  private abandon(client: WireClient): void {
    if (client.sessionId !== undefined) this.abandoned.add(client.sessionId);
    client.abandon();
  }

  private setSilent(isSilent: boolean): void {
    if (isSilent && !this.isSilent)
      this.log.error('Postgres does not answer; requests get 503 until it does');
    if (!isSilent && this.isSilent) this.log.log('Postgres answers again');
    this.isSilent = isSilent;
  }
}
