import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';

export interface ReceivedEvent {
  id: string;
  event: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** Sends `GET /events`. Omitted parameters are not sent. */
export const getEvents = (
  harness: Harness,
  team: TestTeam,
  query: Record<string, string | number> = {},
): Promise<Reply> => {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return harness.call('GET', `/events?${text.toString()}`, undefined, team);
};

export const typesOf = ({ body }: Reply): string[] =>
  (body as { events: ReceivedEvent[] }).events.map(({ event }) => event);

/** Makes a reseller a preferred partner, which is an event for it. */
export async function makePartner(
  harness: Harness,
  provider: TestTeam,
  { id }: TestTeam,
  effectiveDate = '2026-03-01',
): Promise<void> {
  const body = { resellerTeamId: id, effectiveDate };
  const reply = await harness.call('POST', '/provider/partners/preferred', body, provider);
  if (reply.status >= 300) throw new Error(reply.text);
}

/** A reader that goes through the events of a team, as an integration does. */
export class EventStream {
  private after: string | undefined;

  constructor(
    private readonly harness: Harness,
    private readonly team: TestTeam,
  ) {}

  /** Waits for the next `count` events, and fails if there are others. */
  async take(count: number): Promise<ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    do {
      const wait = events.length < count ? 10 : 0;
      const query = { wait, ...(this.after === undefined ? {} : { after: this.after }) };
      const reply = await getEvents(this.harness, this.team, query);
      if (reply.status !== 200) throw new Error(reply.text);
      const page = reply.body as { events: ReceivedEvent[]; next: string; more: boolean };
      events.push(...page.events);
      this.after = page.next;
      if (page.events.length === 0 && !page.more) break;
    } while (events.length < count);
    if (events.length !== count)
      throw new Error(
        `${events.length} events instead of ${count}: ${events.map(({ event }) => event).join()}`,
      );
    return events;
  }
}
