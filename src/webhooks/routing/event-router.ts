import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { isDatabaseUnavailable } from '../../common/database/failures.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { WokenTask } from '../../wakeups/woken-task.js';
import { HeldSubjects } from './held-subjects.js';
import {
  findNext,
  findWaiting,
  maxBatch,
  measureWaiting,
  routeOfferEvents,
  routeTeamEvents,
  takeRoutingLock,
  type RoutedKind,
} from './route-events.write.js';

/** The order of the columns of `findWaiting`. */
const kinds: readonly RoutedKind[] = ['team', 'offer'];
/** How long to pause after a failure. */
const pauseMs = 500;
/** How long a measured backlog is reported before it is measured again, in milliseconds. */
const measureEveryMs = 5_000;

/**
 * Gives new events to the teams that receive them, and creates the deliveries to their endpoints. Runs in the background:
 * when an event was written, and every second.
 */
@Injectable()
export class EventRouter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(EventRouter.name);
  private readonly held = new HeldSubjects();
  /** How many events the next transaction takes at most. One after a failure, to find out which event causes it. */
  private readonly limits: Record<RoutedKind, number> = { team: maxBatch, offer: maxBatch };
  private waiting = { count: 0, oldestAt: Infinity, measuredAt: -Infinity };
  private readonly task = new WokenTask(
    () => this.routeAll(),
    (cause) => {
      if (!isDatabaseUnavailable(cause)) this.log.error({ err: cause }, 'Could not route events');
    },
    pauseMs,
  );
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly sql: Sql,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api')
      this.stopListening = this.wakeups.on('events', () => void this.task.wake());
  }

  /** Waits for the transaction in progress. What remains is routed by another process, or after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.task.stop();
  }

  /** Number of events that wait to be routed, up to 200,000, and the age of the oldest one in seconds. */
  get backlog(): { count: number; oldestSeconds: number } {
    const { count, oldestAt } = this.waiting;
    return { count, oldestSeconds: Math.max(0, (this.clock.nowMs() - oldestAt) / 1000) };
  }

  /**
   * Routes until nothing waits, or another process is doing it. That one looks again after its transaction, so it finds
   * whatever this process has seen. Events of teams and those about offers take turns, and go on if the others fail.
   */
  private async routeAll(): Promise<void> {
    const failures = new Map<RoutedKind, unknown>();
    let routed = Infinity;
    while (routed > 0 && !this.task.isStopped) {
      const [found] = await this.sql.rows(findWaiting(this.held.ids()));
      const waiting = kinds.filter((_, column) => found?.[column] === 't');
      await this.measure(waiting.length > 0 || this.held.ids().length > 0);
      routed = 0;
      for (const kind of waiting.filter((each) => !failures.has(each)))
        routed += await this.routeBatch(kind).catch((cause: unknown) => {
          failures.set(kind, cause);
          return 0;
        });
    }
    for (const cause of failures.values()) throw cause;
  }

  /** Returns the number of events routed; 0 if another process is routing. */
  private async routeBatch(kind: RoutedKind): Promise<number> {
    const limit = this.limits[kind];
    try {
      const [events = 0, deliveries = 0] = await this.sql.transaction(async (tx) => {
        // A statement of its own, so that the next one sees what the previous holder of the lock has done.
        const [lock] = await tx.rows(takeRoutingLock);
        const [counts] = lock?.[0] === 't' ? await tx.rows(this.statement(kind, limit)) : [];
        return counts?.map(Number) ?? [];
      });
      this.limits[kind] = Math.min(maxBatch, limit * 2);
      if (events > 0) this.wakeups.send('events_routed');
      if (deliveries > 0) this.wakeups.send('lanes');
      return events;
    } catch (cause) {
      if (!isDatabaseUnavailable(cause)) await this.isolate(kind, limit);
      throw cause;
    }
  }

  private statement(kind: RoutedKind, limit: number): Statement {
    const held = this.held.ids();
    const needsLicenses = this.config.enforceResellerLicenses;
    return kind === 'team' ? routeTeamEvents(limit, held) : routeOfferEvents(limit, held, { needsLicenses });
  }

  /** Routes single events after a failure. If one of them fails, those of its subject must wait. */
  private async isolate(kind: RoutedKind, failedLimit: number): Promise<void> {
    this.limits[kind] = 1;
    if (failedLimit > 1) return;
    const [next] = await this.sql.rows(findNext(kind, this.held.ids()));
    const [eventId, subject] = next ?? [];
    if (!subject) return;
    this.held.add(subject);
    this.log.error(`Event ${eventId} could not be routed; events with the subject ${subject} have to wait`);
  }

  private async measure(isAnyWaiting: boolean): Promise<void> {
    const now = performance.now();
    if (!isAnyWaiting) {
      this.waiting = { count: 0, oldestAt: Infinity, measuredAt: -Infinity };
    } else if (now - this.waiting.measuredAt > measureEveryMs) {
      const [row] = await this.sql.rows(measureWaiting);
      this.waiting = { count: Number(row?.[0]), oldestAt: Number(row?.[1] ?? Infinity), measuredAt: now };
    }
  }
}
