import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { DomainError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Encryption } from '../../encryption/encryption.js';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec } from '../../paging/cursor.js';
import { defaultLimit, takePage } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import { typesMatching } from '../event-types.js';
import { HiddenEvents } from '../hidden-events.js';
import { eventContext } from '../new-event.js';
import type { EventsQuery } from './events.dto.js';
import { eventsAfter, toEvents, type EventFilter, type EventRow } from './events.query.js';
import { WaitingPolls, type AwaitedEvents } from './waiting-polls.js';

/** The members of EventsAnswer, with the events as JSON text. */
export interface Events {
  events: string[];
  next: string;
  more: boolean;
}

/** Waits for events on behalf of a request. @returns whether there can be events */
export type WaitForEvents = (awaited: AwaitedEvents, ms: number, mark: number) => Promise<boolean>;

/** Events up to a position. */
interface Step {
  events: string[];
  position: string;
  more: boolean;
}

const dayMs = 86_400_000;

/** Reads the events of a team. */
@Injectable()
export class EventReader {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    private readonly polls: WaitingPolls,
    private readonly hidden: HiddenEvents,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the events of a team after a cursor, within the byte budget of an answer. If there are none, waits for some. Runs
   * one statement, one more if they are large, and the same again for each time that it has waited.
   * @throws DomainError INVALID_CURSOR if the cursor is invalid, older than the events that are kept, or from before the
   * database was restored; UNAVAILABLE, RATE_LIMITED
   */
  async list(
    teamId: string,
    { after, limit = defaultLimit, types, subject, wait = 0 }: EventsQuery,
    reserve: ReserveMemory,
    waitForEvents: WaitForEvents,
  ): Promise<Events> {
    const filter = { types: types && typesMatching(types), subject: subject?.toLowerCase() };
    const end = performance.now() + wait * 1000;
    let position = after === 'now' ? null : this.positionOf(teamId, after);
    for (;;) {
      const mark = wait > 0 ? this.polls.mark() : 0;
      const step = await this.read(teamId, filter, { position, limit }, reserve);
      const left = end - performance.now();
      const isComplete = step.events.length > 0 || step.more || left <= 0;
      const awaited = { teamId, ...filter, after: step.position };
      if (isComplete || !(await waitForEvents(awaited, left, mark)))
        return { events: step.events, next: this.cursorAt(teamId, step.position), more: step.more };
      ({ position } = step);
    }
  }

  private async read(
    teamId: string,
    filter: EventFilter,
    { position, limit }: { position: string | null; limit: number },
    reserve: ReserveMemory,
  ): Promise<Step> {
    const range = { after: position, limit: position === null ? 0 : limit + 1 };
    const statement = eventsAfter(teamId, filter, range, this.hidden.isShown('r'));
    const { rows: found } = await readWithinBudget(reserve, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    const { last, searched, newest, events } = toEvents(found.rows.map((row) => row.texts()));
    if (position !== null && BigInt(position) > BigInt(last))
      throw new DomainError(
        'INVALID_CURSOR',
        'after is from before the database was restored; omit it to start again',
      );
    const { items, last: lastItem } = takePage(events, limit, found.truncated);
    const texts = items.map((event) => this.textOf(event));
    if (lastItem) return { events: texts, position: lastItem.position, more: true };
    const reached = later(position ?? '0', searched ?? '0');
    return { events: texts, position: reached, more: BigInt(newest ?? 0) > BigInt(reached) };
  }

  private textOf({ id, payload, sealed, keyId }: EventRow): string {
    if (payload !== null) return payload;
    if (sealed === null || keyId === null) throw new Error(`The event ${id} has no payload`);
    return this.encryption.open({ keyId, bytes: Buffer.from(sealed, 'base64') }, eventContext(id));
  }

  /** A cursor contains its time, too: what was deleted since then cannot be told any more. */
  private cursorAt(teamId: string, position: string): string {
    return this.cursors.encode(scopeOf(teamId), [position, this.clock.now().toISOString()]);
  }

  private positionOf(teamId: string, cursor: string | undefined): string {
    if (cursor === undefined) return '0';
    const [position, time] = this.cursors.decode(scopeOf(teamId), cursor, 'after');
    const age = this.clock.nowMs() - Date.parse(time ?? '');
    if (age > this.config.eventsRetentionDays * dayMs)
      throw new DomainError(
        'INVALID_CURSOR',
        'after is older than the events that are kept; omit it to start with the oldest one',
      );
    return position ?? '0';
  }
}

const scopeOf = (teamId: string) => `events ${teamId}`;

const later = (a: string, b: string) => (BigInt(a) > BigInt(b) ? a : b);
