import { DataSource } from 'typeorm';
import {
  decodeChangesCursor,
  encodeChangesCursor,
  type ChangesPosition,
} from '../../src/catalog/changes/changes-cursor.js';
import { CursorCodec } from '../../src/paging/cursor.js';
import type { Harness, Reply } from './harness.js';
import { until } from './until.js';

export interface SyncedOffer {
  id: string;
  name: string;
  version: number;
}

/** A reseller that keeps its copy of the catalog up to date with the change feed. */
export class CatalogSyncClient {
  readonly offers = new Map<string, SyncedOffer>();
  readonly removed: string[] = [];
  private since: string | undefined;

  constructor(
    private readonly harness: Harness,
    private readonly key: string,
    private readonly limit = 3,
  ) {}

  /** Applies all changes that can be read now and returns their number. */
  async catchUp(): Promise<number> {
    let count = 0;
    for (let page = 0; page < 1000; page += 1) {
      const { changes, more } = await this.readPage();
      count += changes;
      if (!more) return count;
    }
    throw new Error('The feed has more than 1000 pages');
  }

  /** Applies the changes of one response. */
  async readPage(): Promise<{ changes: number; more: boolean }> {
    const query = this.since ? `since=${this.since}&` : '';
    const path = `/reseller/catalog/changes?${query}limit=${this.limit}`;
    const reply: Reply = await this.harness.call('GET', path, undefined, { key: this.key });
    if (reply.status !== 200) throw new Error(reply.text);
    for (const change of reply.body.changes) this.apply(change);
    this.since = reply.body.next;
    return { changes: reply.body.changes.length, more: reply.body.more };
  }

  get position(): string {
    return this.since ?? '';
  }

  /** Changes the day on which the position in the feed was reached, but not the position. */
  setAsOf(day: string): Promise<void> {
    return this.edit((position) => ({ ...position, asOf: day }));
  }

  /** Moves the position ahead by a number of transactions. */
  skip(transactions: number): Promise<void> {
    return this.edit((position) => ({
      ...position,
      xid: String(BigInt(position.xid) + BigInt(transactions)),
    }));
  }

  private async edit(change: (position: ChangesPosition) => ChangesPosition): Promise<void> {
    const team = await this.harness.call('GET', '/team', undefined, { key: this.key });
    const cursors = this.harness.app.get(CursorCodec);
    const position = decodeChangesCursor(cursors, team.body.id, this.position);
    this.since = encodeChangesCursor(cursors, team.body.id, change(position));
  }

  private apply({ type, id, offer }: { type: string; id: string; offer?: SyncedOffer }): void {
    if (type === 'upsert' && offer) this.offers.set(id, offer);
    else this.offers.delete(id);
    if (type === 'remove') this.removed.push(id);
  }
}

/** Waits until all changes can be read. Open transactions anywhere in the cluster delay them. */
export function waitForReadableChanges({ app }: Harness): Promise<void> {
  return until(async () => {
    const open: unknown[] = await app
      .get(DataSource)
      .query('SELECT FROM catalog_changes WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1');
    return open.length === 0;
  }, 60_000);
}

/** Reads a reseller's catalog page by page and returns its offers, keyed by ID. */
export async function readCatalog(harness: Harness, key: string): Promise<Map<string, SyncedOffer>> {
  const offers = new Map<string, SyncedOffer>();
  let path: string | undefined = '/reseller/catalog?limit=100';
  while (path) {
    const reply: Reply = await harness.call('GET', path, undefined, { key });
    for (const offer of reply.body) offers.set(offer.id, offer);
    path = /<(.*)>/.exec(reply.headers.link ?? '')?.[1];
  }
  return offers;
}
