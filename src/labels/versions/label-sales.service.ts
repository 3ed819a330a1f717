import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { firstIdAt } from '../../common/new-id.js';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { Clock } from '../../common/clock.js';
import { ValidationFailed } from '../../common/errors.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner, Transaction } from '../../sql/transaction.js';
import type { Statement } from '../../sql/statement.js';
import { unknownId } from '../../validation/unknown-ids.js';
import { longestKeptMs } from '../retention-period.js';
import { labelSourceOf } from '../values/label-source.js';
import { LabelVersions } from './label-versions.service.js';
import type { LabelVersion } from './label-versions.query.js';
import {
  insertSales,
  lockProgress,
  moveProgress,
  soldAsItem,
  soldInOrder,
  toSoldOffer,
  unrecordedSales,
  type SoldOffer,
} from './label-sales.query.js';

const intervalMs = 60_000;
const batchSize = 200;
const pauseMs = 20;
/**
 * How old an order item must be until its sale is recorded, in milliseconds. By then, every transaction that began before
 * it has ended, so that no item with an earlier ID appears later.
 */
const settledMs = 300_000;

type Runner = Pick<SqlRunner, 'rows'>;

/**
 * Records which label an offer had when it was ordered, from the snapshot in the order item, so that placing an order does
 * nothing for it.
 */
@Injectable()
export class LabelSales implements OnApplicationBootstrap {
  private readonly log = new Logger(LabelSales.name);

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly jobs: BackgroundJobs,
    private readonly versions: LabelVersions,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runEvery(intervalMs, 'record the labels of sold offers', () => this.recordAll());
  }

  /** Returns the label that an offer had in an order of the reseller. @throws ValidationFailed */
  ofOrder(resellerId: string, orderId: string, offerId: string): Promise<SoldLabel> {
    const statement = isUuid(offerId) ? soldInOrder(resellerId, orderId, offerId) : undefined;
    return this.find(statement, 'orderId', 'an order of your team that contains this offer');
  }

  /** Returns the label that an offer had in an order item of the provider. @throws ValidationFailed */
  ofItem(providerId: string, itemId: string, offerId: string): Promise<SoldLabel> {
    return this.find(
      soldAsItem(providerId, itemId, offerId),
      'orderItemId',
      'an order item of your team with this offer',
    );
  }

  /** Records the sales of all processes. Of several processes, one does it. */
  async recordAll(until = this.clock.nowMs() - settledMs): Promise<void> {
    while (await this.sql.transaction((tx) => this.recordSome(tx, firstIdAt(until)))) await sleep(pauseMs);
  }

  private async find(statement: Statement | undefined, field: string, subject: string): Promise<SoldLabel> {
    const [row] = statement ? await this.sql.rows(statement) : [];
    if (!row) throw new ValidationFailed([unknownId([field], subject)]);
    const sold = toSoldOffer(row);
    return { sold, label: await this.labelOf(this.sql, sold) };
  }

  /** Returns whether there may be more. */
  private async recordSome(tx: Transaction, before: string): Promise<boolean> {
    const [progress] = await tx.rows(lockProgress);
    if (!progress) return false;
    const oldest = firstIdAt(this.clock.nowMs() - longestKeptMs);
    const position = (progress[0] ?? '') > oldest ? (progress[0] ?? '') : oldest;
    if (position >= before) return false;
    const rows = await tx.rows(unrecordedSales(position, before, batchSize));
    const sales = rows.map(toSoldOffer);
    for (const sold of sales)
      await this.labelOf(tx, sold).catch((cause: unknown) => {
        // A snapshot in a form that nobody expected must not hold up all later sales.
        if (!(cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError))
          throw cause;
        this.log.warn({ err: cause, itemId: sold.itemId }, 'Could not make the label of an order item');
      });
    const isLast = sales.length < batchSize;
    await tx.rows(moveProgress(isLast ? before : (sales.at(-1)?.itemId ?? before)));
    return !isLast;
  }

  /** Returns the label of a sale, and records it; null if the offer has none. */
  private async labelOf(
    runner: Runner,
    sold: SoldOffer,
  ): Promise<(LabelVersion & { version: number }) | null> {
    const { offerId, providerId, soldAt } = sold;
    const source = { ...labelSourceOf(sold.snapshot), id: offerId };
    const on = soldAt.toISOString().slice(0, 10);
    if (sold.version !== null) {
      const [row] = await runner.rows(versionRow(offerId, sold.version));
      if (row) return { offerId, version: sold.version, issuedMs: Number(row[0]), json: row[1] ?? '' };
    }
    const label = await this.versions.labelOf(runner, source, { teamId: providerId, on });
    if (typeof label === 'string') return null;
    const stored = await this.versions.stored(runner, offerId, label, soldAt);
    await runner.rows(insertSales([{ ...sold, version: stored.version }]));
    return stored;
  }
}

/** What was ordered, with the label that it had then; null if offers of its kind have none. */
export interface SoldLabel {
  sold: SoldOffer;
  label: (LabelVersion & { version: number }) | null;
}

const versionRow = (offerId: string, version: number): Statement => ({
  text: `SELECT floor(extract(epoch FROM created_at) * 1000), label::text FROM label_versions WHERE offer_id = $1 AND version = $2`,
  values: [offerId, version],
});
