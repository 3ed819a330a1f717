import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DomainError } from '../../common/errors.js';
import { runInScope } from '../../common/request/request-scope.js';
import { Sql } from '../../sql/sql.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { newEntries, type EventFilter } from './events.query.js';

/** How many requests of a team, and of all teams, can wait for events in this process. */
const limits = { team: 10, total: 1000 };
/** How many new events of a team are matched to its waiting requests. At this number, all of them resume. */
const comparedPerTeam = 100;

/** What a request waits for. */
export interface AwaitedEvents extends EventFilter {
  teamId: string;
  /** Events at positions after this one. */
  after: string;
}

interface Poll extends AwaitedEvents {
  end(found: boolean): void;
}

interface WaitingTeam {
  /** Up to which position the events have been compared with what the requests wait for. */
  checked: bigint;
  polls: Set<Poll>;
}

/**
 * The requests that wait for events. None of them occupies a connection to the database: when events may have arrived, a
 * single query for all of them looks for new ones.
 */
@Injectable()
export class WaitingPolls implements BeforeApplicationShutdown {
  private readonly log = new Logger(WaitingPolls.name);
  private readonly teams = new Map<string, WaitingTeam>();
  private stopListening: (() => void) | undefined;
  private isStopped = false;
  private isChecking = false;
  private mustCheck = false;
  private hasFailed = false;
  private signals = 0;

  constructor(
    private readonly sql: Sql,
    private readonly wakeups: Wakeups,
  ) {}

  /** Returns a mark to pass to `wait`. Take it before you look for events, so that no signal is missed in between. */
  mark(): number {
    this.stopListening ??= this.wakeups.on('events_routed', () => this.onSignal());
    return this.signals;
  }

  /**
   * Waits until there are events, for `ms` milliseconds at most.
   * @param leave registers what to do when nobody waits any more, and returns how to undo that
   * @returns whether there can be events; false at the end of the time, and at shutdown
   * @throws DomainError RATE_LIMITED if too many requests of the team are waiting, UNAVAILABLE if too many of all teams
   */
  wait(
    awaited: AwaitedEvents,
    { ms, mark, leave }: { ms: number; mark: number; leave: (listener: () => void) => () => void },
  ): Promise<boolean> {
    if (this.isStopped) return Promise.resolve(false);
    const team = this.teamOf(awaited);
    return new Promise((resolve) => {
      const end = (found: boolean) => {
        clearTimeout(timer);
        stayed();
        team.polls.delete(poll);
        if (team.polls.size === 0) this.teams.delete(awaited.teamId);
        resolve(found);
      };
      const poll: Poll = { ...awaited, end };
      const timer = setTimeout(() => end(false), ms);
      const stayed = leave(() => end(false));
      team.polls.add(poll);
      if (this.signals !== mark) this.check();
    });
  }

  /** Ends all requests that wait. Further ones do not wait. */
  stop(): void {
    this.isStopped = true;
    this.stopListening?.();
    for (const { polls } of this.teams.values()) for (const poll of polls) poll.end(false);
  }

  beforeApplicationShutdown(): void {
    this.stop();
  }

  /** The number of requests that wait. */
  get waitingCount(): number {
    let count = 0;
    for (const { polls } of this.teams.values()) count += polls.size;
    return count;
  }

  private teamOf({ teamId, after }: AwaitedEvents): WaitingTeam {
    if (this.waitingCount >= limits.total)
      throw new DomainError(
        'UNAVAILABLE',
        'Too many requests wait for events; try again later, or without wait',
        {},
        { 'retry-after': '5' },
      );
    let team = this.teams.get(teamId);
    if (!team) this.teams.set(teamId, (team = { checked: BigInt(after), polls: new Set() }));
    if (team.polls.size >= limits.team)
      throw new DomainError(
        'RATE_LIMITED',
        `At most ${limits.team} requests of a team can wait for events; end one of the others, or omit wait`,
        { retryAfter: 5 },
        { 'retry-after': '5' },
      );
    if (BigInt(after) < team.checked) team.checked = BigInt(after);
    return team;
  }

  private onSignal(): void {
    this.signals += 1;
    this.check();
  }

  /** Looks for new events; once more if there is a signal in the meantime. */
  private check(): void {
    this.mustCheck = true;
    if (this.isChecking) return;
    this.isChecking = true;
    // Not as a part of one of the requests, whose client can leave.
    void runInScope(undefined, () => this.checkAll()).finally(() => (this.isChecking = false));
  }

  private async checkAll(): Promise<void> {
    while (this.mustCheck && this.teams.size > 0 && !this.isStopped) {
      this.mustCheck = false;
      try {
        await this.endThoseWithEvents();
        this.hasFailed = false;
      } catch (cause) {
        if (!this.hasFailed) this.log.warn({ err: cause }, 'Could not look for new events; trying again');
        this.hasFailed = true;
      }
    }
  }

  private async endThoseWithEvents(): Promise<void> {
    const checked = new Map([...this.teams].map(([id, team]) => [id, team.checked]));
    const found = new Map<string, Entry[]>();
    for (const [id, position, type, subject] of await this.sql.rows(newEntries(checked, comparedPerTeam))) {
      const entry = { position: BigInt(position ?? 0), type: type ?? '', subject: subject ?? '' };
      const entries = found.get(id ?? '');
      if (entries) entries.push(entry);
      else found.set(id ?? '', [entry]);
    }
    for (const [id, entries] of found) {
      const team = this.teams.get(id);
      if (!team) continue;
      const isFull = entries.length === comparedPerTeam;
      for (const poll of team.polls)
        if (isFull || entries.some((entry) => isAwaited(poll, entry))) poll.end(true);
      // Not if a request has begun to wait in the meantime that has seen less.
      if (team.checked === checked.get(id)) team.checked = entries.at(-1)?.position ?? team.checked;
    }
  }
}

interface Entry {
  position: bigint;
  type: string;
  subject: string;
}

const isAwaited = ({ after, types, subject }: Poll, entry: Entry) =>
  entry.position > BigInt(after) &&
  (types === undefined || (types as readonly string[]).includes(entry.type)) &&
  (subject === undefined || subject === entry.subject);
