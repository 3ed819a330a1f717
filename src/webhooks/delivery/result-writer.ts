import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../../common/database/failures.js';
import type { Sql } from '../../sql/sql.js';
import type { RawRow } from '../../sql/transaction.js';
import { toHealth, type LaneHealth } from './rules/lane-health.js';
import type { Lane } from './lane.js';
import { storeResults, type AttemptResult, type LaneUpdate } from './results.write.js';

/** Approximate number of results stored with one statement. */
const batchSize = 500;
/** How long results wait for others. A statement costs as much as several results. */
const gatherMs = 20;
const retryMs = 200;

/** Is notified when a lane has been stored or lost. */
interface Listener {
  /** A lane is stored. @param dueMs milliseconds until a released lane is due; null for never */
  onStored(lane: Lane, isReleased: boolean, dueMs: number | null): void;
  /** This process does not hold a lane any more. */
  onLost(lane: Lane): void;
}

/** What is stored about a lane with one statement. */
interface Entry {
  lane: Lane;
  results: AttemptResult[];
  update: LaneUpdate;
}

/**
 * Stores the results of all lanes of this process, and releases the lanes that are done, with one statement at a time.
 * What arrives meanwhile is stored together.
 */
export class ResultWriter {
  private readonly log = new Logger(ResultWriter.name);
  private changed = new Set<Lane>();
  private running: Promise<void> | undefined;
  /** Ends the wait for further results. */
  private hurry: () => void = () => undefined;

  /** @param holder ID of this process */
  constructor(
    private readonly sql: Sql,
    private readonly holder: string,
    private readonly listener: Listener,
  ) {}

  /** Stores the results and the health of a lane, and releases it if it is done. */
  store(lane: Lane): void {
    this.changed.add(lane);
    if (lane.waitsForStore) this.hurry();
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when nothing is left to store. */
  async settle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.changed.size > 0) {
      await this.gather();
      await this.storeEntries(this.nextEntries());
    }
  }

  /** Waits for more results, to store them together, unless a lane is waiting for its results to be stored. */
  private async gather(): Promise<void> {
    // Requests that end at the same time.
    await new Promise(setImmediate);
    for (const lane of this.changed) if (lane.waitsForStore) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private nextEntries(): Entry[] {
    const entries: Entry[] = [];
    let count = 0;
    for (const lane of this.changed) {
      if (count >= batchSize) break;
      this.changed.delete(lane);
      if (lane.isLost || lane.isReleasing) continue;
      const results = lane.takeUnstored();
      count += results.length;
      const { endpointId, stored, health, opens } = lane;
      const release = lane.release();
      lane.isReleasing = release !== undefined;
      lane.opens = false;
      if (results.length > 0 || release)
        entries.push({ lane, results, update: { endpointId, stored, health, opens, release } });
    }
    return entries;
  }

  private async storeEntries(entries: Entry[]): Promise<void> {
    const results = entries.flatMap((entry) => entry.results);
    const statement = storeResults(
      this.holder,
      results,
      entries.map(({ update }) => update),
    );
    while (entries.some(({ lane }) => !lane.isLost)) {
      try {
        this.finish(entries, await this.sql.rows(statement));
        return;
      } catch (cause) {
        if (isDatabaseUnavailable(cause)) await sleep(retryMs);
        else return this.isolate(entries, cause);
      }
    }
  }

  /** Keeps an error that concerns one lane from the others. */
  private async isolate(entries: Entry[], cause: unknown): Promise<void> {
    if (entries.length > 1) {
      for (const entry of entries) await this.storeEntries([entry]);
      return;
    }
    for (const { lane } of entries) {
      this.log.error({ err: cause, endpointId: lane.endpointId }, 'Could not store results of a webhook');
      this.listener.onLost(lane);
    }
  }

  private finish(entries: Entry[], rows: readonly RawRow[]): void {
    const rowOf = new Map(rows.map((row) => [row[0], row]));
    for (const { lane, results, update } of entries) {
      const row = rowOf.get(lane.endpointId);
      if (row === undefined) {
        this.listener.onLost(lane);
        continue;
      }
      lane.markStored(results);
      adoptHealth(lane, update.health, toHealth(row.slice(1, 6)));
      const dueMs = row[6] === null ? null : Number(row[6]);
      this.listener.onStored(lane, update.release !== undefined, dueMs);
    }
  }
}

/** Adopts what is stored if the endpoint was changed meanwhile, which can reset the health of its lane. */
function adoptHealth(lane: Lane, sent: LaneHealth, stored: LaneHealth): void {
  lane.stored = stored;
  if (stored.failures !== sent.failures || stored.breaker !== sent.breaker) lane.health = stored;
}
