import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isDatabaseUnavailable } from '../../common/database/failures.js';
import { runInScope } from '../../common/request/request-scope.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import {
  findWaiting,
  maxBatch,
  routeTeamEvents,
  takeRoutingLock,
  type WaitingKind,
} from './route-events.write.js';

const kinds: readonly WaitingKind[] = ['team', 'offer'];

/**
 * Gives new events to the teams that receive them and creates the deliveries to their endpoints. Runs in the background:
 * when an event was written, and every second.
 */
@Injectable()
export class EventRouter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(EventRouter.name);
  private running: Promise<void> | undefined;
  private isWoken = false;
  private isStopped = false;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly sql: Sql,
    private readonly wakeups: Wakeups,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if ((this.config as { role?: string }).role === 'api') return;
    this.stopListening = this.wakeups.on('events', () => this.wake());
  }

  /** Waits for the transaction in progress. What remains is routed by another process, or after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.stopListening();
    await this.running;
  }

  /** Routes everything that waits. A call during a run causes another one. */
  private wake(): void {
    this.isWoken = true;
    // The caller can be a request, to whose transaction this does not belong.
    this.running ??= runInScope(undefined, () => this.run()).finally(() => (this.running = undefined));
  }

  private async run(): Promise<void> {
    while (this.isWoken && !this.isStopped) {
      this.isWoken = false;
      try {
        await this.routeAll();
      } catch (cause) {
        if (isDatabaseUnavailable(cause)) this.log.debug({ err: cause }, 'Could not route events');
        else this.log.error({ err: cause }, 'Could not route events');
      }
    }
  }

  /**
   * Routes until nothing waits, or another process is doing it. That one looks again after its transaction, so it finds
   * whatever this process has seen.
   */
  private async routeAll(): Promise<void> {
    while (!this.isStopped) {
      const [waiting] = await this.sql.rows(findWaiting([]));
      const found = kinds.filter((_, index) => waiting?.[index] === 't');
      let routed = 0;
      for (const kind of found) routed += await this.routeBatch(kind);
      if (routed === 0) return;
    }
  }

  /** Returns the number of events routed. */
  private async routeBatch(kind: WaitingKind): Promise<number> {
    const { events, deliveries } = await this.sql.transaction(async (tx) => {
      const [lock] = await tx.rows(takeRoutingLock);
      const [counts] =
        lock?.[0] === 't' && kind === 'team' ? await tx.rows(routeTeamEvents(maxBatch, [])) : [];
      return { events: Number(counts?.[0] ?? 0), deliveries: Number(counts?.[1] ?? 0) };
    });
    if (events > 0) this.wakeups.send('events_routed');
    if (deliveries > 0) this.wakeups.send('lanes');
    return events;
  }
}
