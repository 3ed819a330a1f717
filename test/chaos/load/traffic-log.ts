/** The longest time within which every request must be answered, in milliseconds. */
export const answerLimitMs = 10_000;

/** One request, and how it ended. */
export interface Exchange {
  /** The method and the path without IDs. */
  what: string;
  /** The status; `no connection` if the service was not there or died, `no answer` if it did not answer in time. */
  how: string;
  /** Unix milliseconds. */
  sentAt: number;
  ms: number;
}

/** The requests of one scenario. */
export class TrafficLog {
  readonly exchanges: Exchange[] = [];
  /** Answers that a working service never gives, such as 404 for an offer that it has confirmed. */
  readonly wrong: string[] = [];

  add(exchange: Exchange): void {
    this.exchanges.push(exchange);
  }

  addWrong(text: string): void {
    this.wrong.push(text);
  }

  /** The number of requests by how they ended. */
  get endings(): Record<string, number> {
    const tally: Record<string, number> = {};
    for (const { how } of this.exchanges) tally[how] = (tally[how] ?? 0) + 1;
    return tally;
  }

  /** Answers with a 5xx other than 503. */
  get faults(): Exchange[] {
    return this.exchanges.filter(({ how }) => how.startsWith('5') && how !== '503');
  }

  /** Requests without an answer within the limit. Those that found no service are not counted. */
  get late(): Exchange[] {
    return this.exchanges.filter(({ how, ms }) => how !== 'no connection' && ms > answerLimitMs);
  }

  get slowestMs(): number {
    return this.exchanges.reduce((slowest, { ms }) => Math.max(slowest, ms), 0);
  }

  /** When the last request was sent, from `since` on, that the service could not handle; `since` if there is none. */
  lastTroubleSince(since: number): number {
    return this.exchanges.reduce(
      (last, each) => (isTrouble(each) ? Math.max(last, each.sentAt) : last),
      since,
    );
  }
}

const isTrouble = ({ how }: Exchange) => /^(5|no )/.test(how);
