import { DomainError } from '../common/errors.js';
import { ClientLeft } from '../common/request/client-left.js';

interface Waiting {
  team: string;
  admit: () => void;
}

export interface LargeAnswerLimits {
  /** Number of large answers in memory at once. */
  total: number;
  /** Number of large answers of one team, so that slow downloads of one team leave room for the others. */
  perTeam: number;
  /** Number of answers of one team that can wait, so that they do not use up the requests of all teams. */
  maxWaiting: number;
  maxWaitMs: number;
}

/**
 * A large answer takes up to 30 MB while its rows become objects, text and bytes. With three of them at once, the process
 * stays well below 300 MB.
 */
const defaults: LargeAnswerLimits = { total: 3, perTeam: 2, maxWaiting: 50, maxWaitMs: 20_000 };

/** Calls `left` if the client leaves. @returns a function that stops this */
type WatchClient = (left: () => void) => () => void;

const neverLeaves: WatchClient = () => () => undefined;

/** Limits how many large answers of this process are in memory at once; the others wait in line. */
export class LargeAnswers {
  private readonly running = new Map<string, number>();
  private readonly waiting = new Set<Waiting>();
  private total = 0;

  constructor(private readonly limits = defaults) {}

  /**
   * Waits for a place.
   * @returns a function that frees the place; it does nothing when called again
   * @throws DomainError UNAVAILABLE if too many answers are waiting, or after `maxWaitMs`; ClientLeft
   */
  async enter(team: string, watchClient = neverLeaves): Promise<() => void> {
    if (this.hasRoom(team)) this.count(team, 1);
    else await this.wait(team, watchClient);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.count(team, -1);
      this.admitNext();
    };
  }

  private hasRoom(team: string): boolean {
    return this.total < this.limits.total && (this.running.get(team) ?? 0) < this.limits.perTeam;
  }

  private count(team: string, by: 1 | -1): void {
    const now = (this.running.get(team) ?? 0) + by;
    if (now === 0) this.running.delete(team);
    else this.running.set(team, now);
    this.total += by;
  }

  private wait(team: string, watchClient: WatchClient): Promise<void> {
    const ofTeam = [...this.waiting].filter((entry) => entry.team === team);
    if (ofTeam.length >= this.limits.maxWaiting) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        stopWatching();
        this.waiting.delete(entry);
      };
      const entry: Waiting = {
        team,
        admit: () => {
          stop();
          this.count(team, 1);
          resolve();
        },
      };
      const giveUp = (cause: Error) => {
        stop();
        reject(cause);
      };
      const timer = setTimeout(() => giveUp(overloaded()), this.limits.maxWaitMs).unref();
      const stopWatching = watchClient(() => giveUp(new ClientLeft()));
      this.waiting.add(entry);
    });
  }

  /** Admits the one that has waited longest among the teams that have room. */
  private admitNext(): void {
    for (const entry of this.waiting)
      if (this.hasRoom(entry.team)) {
        entry.admit();
        return;
      }
  }
}

const overloaded = () =>
  new DomainError(
    'UNAVAILABLE',
    'Too many large answers are being sent; try again later or ask for smaller pages',
    {},
    { 'retry-after': '2' },
  );
