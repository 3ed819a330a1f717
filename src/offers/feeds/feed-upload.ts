import { Logger } from '@nestjs/common';
import type { BulkSummary, UploadResult } from '../../bulk/bulk-result.js';
import type { BulkOutcome, BulkRow } from '../../bulk/bulk-row.js';
import type { Clock } from '../../common/clock.js';
import { DomainError } from '../../common/errors.js';
import { runInScope } from '../../common/request/request-scope.js';
import { toDomainError } from '../../http/problem.filter.js';
import type { Sql } from '../../sql/sql.js';
import { hasUnreadableKey, lookupKeys } from '../bulk/bulk-keys.js';
import {
  endLoad,
  forgetListed,
  forgottenRows,
  holdLoad,
  listOffers,
  loadTimeoutSeconds,
  renewLoad,
  retireNext,
  storeResult,
  type FeedLoad,
} from './feed-loads.query.js';

/** Why a body was not read to its end, although the lines before are applied. */
const cutOff: readonly string[] = ['RATE_LIMITED', 'MALFORMED_ENCODING'];

/**
 * An upload to a feed. It counts the results and, if it is complete, remembers in the database which offers it lists, so
 * that memory use does not grow with their number. At the end, it retires the others.
 */
export class FeedUpload {
  private readonly log = new Logger(FeedUpload.name);
  private readonly counts: Omit<BulkSummary, 'notRetiredBecause'> = {
    created: 0,
    updated: 0,
    unchanged: 0,
    retired: 0,
    failed: 0,
  };
  /** Lines whose key could not be read, so that it is unknown which offers they list. */
  private unreadable = Number.POSITIVE_INFINITY;
  private isCutOff = false;
  private failure: DomainError | undefined;

  /** @param load the upload; it is in progress in the database if it is complete */
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly load: FeedLoad & { complete: boolean },
  ) {}

  /** Counts a row that is left out because it is in another language than the one to read. */
  skip(): void {
    this.counts.skipped = (this.counts.skipped ?? 0) + 1;
  }

  /** Yields the outcomes of the lines, and then the summary of the upload. */
  async *report(outcomes: AsyncIterable<BulkOutcome[]>): AsyncGenerator<UploadResult[]> {
    const renewal = this.load.complete
      ? setInterval(() => void this.renew(), (loadTimeoutSeconds * 1000) / 3).unref()
      : undefined;
    try {
      for await (const batch of outcomes) {
        for (const { result } of batch) this.counts[result] += 1;
        yield batch;
      }
      yield [{ summary: await this.finish() }];
    } finally {
      clearInterval(renewal);
      // Also if the client has left, whose statements are no longer sent.
      await runInScope(undefined, () => this.end());
    }
  }

  /** Notes which offers the lines of a batch list. Never rejects: after a failure, the upload retires nothing. */
  async record(rows: readonly BulkRow[], outcomes: readonly BulkOutcome[]): Promise<void> {
    const { complete, dryRun, id } = this.load;
    if (!complete && dryRun) return;
    const rowsByLine = new Map(rows.map((row) => [row.line, row]));
    const ids: string[] = [];
    const failed: BulkRow[] = [];
    for (const { line, result, id: offerId, cause } of outcomes) {
      const row = rowsByLine.get(line);
      if (result !== 'failed') ids.push(...(offerId === undefined ? [] : [offerId]));
      else if (row && !hasUnreadableKey(row)) failed.push(row);
      else if (cause instanceof DomainError && cutOff.includes(cause.code)) this.isCutOff = true;
      else this.unreadable = Math.min(this.unreadable, line);
    }
    const keys = lookupKeys(failed, { feed: this.load.feed });
    try {
      // What another upload to the feed lists in the meantime, a complete load does not retire either.
      await this.sql.rows(listOffers(this.load, complete ? id : null, { ids, failed: keys }));
    } catch (cause) {
      this.failure ??= toDomainError(cause);
    }
  }

  private async finish(): Promise<BulkSummary> {
    const { complete, dryRun, teamId, feed } = this.load;
    const reason = complete ? (this.reasonToKeep() ?? (await this.retire())) : undefined;
    const summary = { ...this.counts, ...(reason === undefined ? {} : { notRetiredBecause: reason }) };
    if (!dryRun)
      await this.sql.rows(
        storeResult(teamId, feed, { endedAt: this.clock.now().toISOString(), complete, ...summary }),
      );
    return summary;
  }

  /** Returns why it is unknown which offers the feed still lists; undefined if it is known. */
  private reasonToKeep(): string | undefined {
    const { created, updated, unchanged, failed, skipped } = this.counts;
    const unknown = 'so it is unknown which offers the feed still lists';
    if (this.isCutOff) return `The body was not read to its end, ${unknown}.`;
    if (this.unreadable < Number.POSITIVE_INFINITY)
      return `The id, sku or externalId of line ${this.unreadable} could not be read, ${unknown}.`;
    if (this.failure) return this.failure.message;
    if (created + updated + unchanged > 0) return undefined;
    const none = skipped ? 'All rows are in another language' : 'The body has no lines';
    return `${failed > 0 ? 'All lines failed' : none}, which is more likely a mistake than an empty feed. To retire all offers but one, list only that one.`;
  }

  /** Retires the offers that were not listed. Returns why not all of them were; undefined if they were. */
  private async retire(): Promise<string | undefined> {
    const { load } = this;
    try {
      for (let after: string | null = null; ;) {
        const next = retireNext(load, after, this.clock.now());
        const rows = load.dryRun
          ? await this.sql.rows(next)
          : await this.sql.transaction(async (tx) =>
              (await tx.rows(holdLoad(load.id))).length > 0 ? tx.rows(next) : undefined,
            );
        if (!rows) return 'The load was interrupted for so long that another one could begin; send it again.';
        const [[retired, last] = []] = rows;
        this.counts.retired += Number(retired);
        if (!last) return undefined;
        after = last;
      }
    } catch (cause) {
      return toDomainError(cause).message;
    }
  }

  private async renew(): Promise<void> {
    await this.sql.rows(renewLoad(this.load.id)).catch((cause: unknown) => this.warn('renew', cause));
  }

  /** Lets other loads of the feed begin. */
  private async end(): Promise<void> {
    const { complete, id } = this.load;
    if (!complete) return;
    try {
      await this.sql.rows(endLoad(id));
      for (let count = forgottenRows; count === forgottenRows;)
        count = Number((await this.sql.rows(forgetListed(id)))[0]?.[0]);
    } catch (cause) {
      this.warn('end', cause);
    }
  }

  /** The load then ends on its own, after a while. */
  private warn(action: string, cause: unknown): void {
    this.log.warn({ err: cause }, `Could not ${action} the load of a feed`);
  }
}
