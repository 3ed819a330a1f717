import { Injectable } from '@nestjs/common';
import { zipCodeLimitExceeded } from '../../areas/area-claim.js';
import type { Area } from '../../areas/area.js';
import { AreasService } from '../../areas/areas.service.js';
import { Assessor } from '../assessment/assessor.js';
import { assessWrites } from '../assessment/assess-writes.js';
import { Clock } from '../../common/clock.js';
import { Conflict, DomainError } from '../../common/errors.js';
import { withExistingId } from '../../sql/duplicate.js';
import { retry } from '../../common/retry.js';
import { toDomainError } from '../../http/problem.filter.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import { isSkuTaken, toDuplicate } from '../offers.write.js';
import { addUnknownResellers, resellersAmong, unknownResellersError } from '../unknown-resellers.js';
import { refuseJoins, reliesOnExternalId } from './bulk-joins.js';
import { batchLines, parseBatch, type Batch } from '../../bulk/bulk-batches.js';
import type { FeedUpload } from '../feeds/feed-upload.js';
import { batchKeys, lookupKeys, mayOverlap, type BatchKeys, type Matching } from './bulk-keys.js';
import { indexByKey, planRows, type BulkPlan, type PlannedWrite } from './bulk-plan.js';
import { failedOutcome, outcomeOf, type BulkOutcome, type BulkRow } from '../../bulk/bulk-row.js';
import { areasToClaim, writeOffers, type ClaimedAreas } from './bulk-write.js';
import { claimArea, lockExternalIds, offersByKeys } from './bulk.query.js';
import type { Line } from '../../bulk/lines.js';
import { mapInOrder } from '../../bulk/map-in-order.js';
import type { UploadResult } from '../../bulk/bulk-result.js';

const maxAttempts = 20;
/** Maximum number of batches in progress. While one is planned here, Postgres processes the others. */
const maxConcurrentBatches = 4;

/**
 * Creates and updates offers in bulk. Lines are parsed, validated and written in batches, so memory use does
 * not grow with the length of the body. Each line succeeds or fails independently.
 */
@Injectable()
export class BulkOffers {
  constructor(
    private readonly sql: Sql,
    private readonly areas: AreasService,
    private readonly clock: Clock,
    private readonly assessor: Assessor,
  ) {}

  /** Yields one outcome for each non-blank line, in line order; at the end of a feed's upload, its summary. */
  run(team: Caller, lines: AsyncIterable<Line>, options: UploadOptions): AsyncGenerator<UploadResult[]> {
    const outcomes = this.apply(team, lines, options);
    return options.load ? options.load.report(outcomes) : outcomes;
  }

  private async *apply(
    team: Caller,
    lines: AsyncIterable<Line>,
    options: UploadOptions,
  ): AsyncGenerator<BulkOutcome[]> {
    const recent: StartedBatch[] = [];
    const upload = { ...options, team };
    const start = (batched: Line[]) => {
      const batch = parseBatch(batched);
      const keys = batchKeys(batch.rows, options);
      const last = recent.findLastIndex((earlier) => mayOverlap(earlier.keys, keys));
      // Wait for all batches up to the overlapping one, because a batch that is itself waiting must not be
      // overtaken.
      const overlapping = Promise.all(recent.slice(0, last + 1).map(({ outcomes }) => outcomes));
      const outcomes = overlapping.then(() => this.runBatch(upload, batch));
      recent.push({ keys, outcomes });
      if (recent.length > maxConcurrentBatches) recent.shift();
      return outcomes;
    };
    yield* mapInOrder(batchLines(lines), maxConcurrentBatches, start);
  }

  /** Runs a batch. Never rejects: a failure becomes the outcome of its rows. */
  private async runBatch(upload: Upload, { rows, brokenRows, outcomes }: Batch): Promise<BulkOutcome[]> {
    const all = [...outcomes];
    let remaining = rows;
    for (let attempts = 0; remaining.length > 0 && attempts < rows.length + maxAttempts; attempts += 1) {
      const { done, again } = await this.attempt(upload, remaining).catch((cause: unknown) =>
        // One row can make a statement fail for all rows, so run them one by one.
        isSkuTaken(cause) || (remaining.length > 1 && toDomainError(cause).code !== 'UNAVAILABLE')
          ? this.runOneByOne(upload, remaining)
          : this.failedAttempt(upload.team.id, remaining, cause),
      );
      all.push(...done);
      remaining = again;
    }
    const busy = new Conflict('The offer is being modified concurrently; try again');
    all.push(...remaining.map((row) => failedOutcome(row, busy)));
    await upload.load?.record([...rows, ...brokenRows], all);
    return all.toSorted((a, b) => a.line - b.line);
  }

  private async runOneByOne(upload: Upload, rows: BulkRow[]): Promise<Attempt> {
    const done: BulkOutcome[] = [];
    const again: BulkRow[] = [];
    for (const row of rows) {
      const attempt = () => this.attempt(upload, [row]);
      const result = await attempt()
        // The SKU may have been stored after the lookup; a second lookup finds that offer.
        .catch((cause: unknown) => (isSkuTaken(cause) ? attempt() : Promise.reject(cause)))
        .catch((cause: unknown) => this.failedAttempt(upload.team.id, [row], cause));
      done.push(...result.done);
      again.push(...result.again);
    }
    return { done, again };
  }

  private async failedAttempt(teamId: string, rows: readonly BulkRow[], cause: unknown): Promise<Attempt> {
    const causes = rows.map((row) => withExistingId(this.sql, toDuplicate(cause, teamId, row.sku)));
    const errors = await Promise.all(causes);
    return { done: rows.map((row, index) => failedOutcome(row, errors[index])), again: [] };
  }

  /**
   * Looks up the offers of all rows with one statement, then inserts and updates with one statement each. If only the
   * external ID of an offer says that it does not exist yet, which no index ensures, this happens while the external IDs
   * are locked: the same rows may be in another upload, such as that of a client that lost its connection and tries again.
   */
  private async attempt(upload: Upload, rows: BulkRow[]): Promise<Attempt> {
    const plan = await this.plan(this.sql, upload, rows);
    let earlier: BulkPlan | undefined = plan;
    const { leftAreas, ...result } =
      upload.dryRun || !plan.steps.some((step) => reliesOnExternalId(step, upload))
        ? await this.carryOut(upload, plan)
        : await this.sql.transaction(async (tx) => {
            await tx.rows(lockExternalIds(upload.team.id, rows));
            const locked = await this.plan(tx, upload, rows, earlier);
            // Carrying out a plan changes it, so a repeated transaction needs another one.
            earlier = undefined;
            return this.carryOut(upload, locked, tx);
          });
    for (const areaId of leftAreas) await this.areas.deleteIfUnused(areaId);
    return result;
  }

  /** @param earlier a plan for the same rows, which is still right if it was made for the same offers */
  private async plan(
    runner: SqlRunner,
    upload: Upload,
    rows: BulkRow[],
    earlier?: BulkPlan,
  ): Promise<BulkPlan> {
    const { team, feed } = upload;
    const found = await runner.wireRows(offersByKeys(team.id, lookupKeys(rows, upload), upload));
    const offers = indexByKey(found, upload);
    const context = { team, matching: upload, now: this.clock.now() };
    const plan = earlier?.madeFor === offers.versions ? earlier : planRows(context, rows, offers);
    return feed === undefined ? { ...plan, steps: await refuseJoins(runner, team.id, plan.steps) } : plan;
  }

  /** @param tx the transaction to write in; if undefined, one is opened if necessary */
  private async carryOut(
    { team, dryRun, feed }: Upload,
    { steps, postponed }: BulkPlan,
    tx?: SqlRunner,
  ): Promise<Attempt & { leftAreas: Set<string | null> }> {
    const settled = steps.filter((step) => step.kind === 'done');
    const causes = await addUnknownResellers(
      tx ?? this.sql,
      settled.map(({ row: { body }, outcome: { cause } }) => ({ body, cause })),
    );
    const done: BulkOutcome[] = settled.map(({ outcome }, index) => ({ ...outcome, cause: causes[index] }));
    const again = [...postponed];
    const planned = steps.filter((step) => step.kind !== 'done');
    const { writes, rejected } = await this.rejectUnknownResellers(tx ?? this.sql, planned);
    done.push(...rejected);
    const assessed = dryRun ? [] : await assessWrites(this.assessor, tx ?? this.sql, team.id, writes);
    for (const [index, write] of writes.entries()) write.assessed = assessed[index] ?? [];
    const { written, failed } = dryRun
      ? { written: new Set(writes.map(({ offer }) => offer.id)), failed: new Map<string, unknown>() }
      : await this.write(team.id, writes, { feed, tx });
    for (const { kind, row, offer } of writes)
      if (failed.has(offer.id)) done.push(failedOutcome(row, failed.get(offer.id)));
      else if (written.has(offer.id))
        done.push(outcomeOf(row, kind === 'insert' ? 'created' : 'updated', offer));
      else again.push(row);
    const left = writes.filter(
      ({ kind, areaChanged, offer }) => kind === 'update' && areaChanged && !dryRun && written.has(offer.id),
    );
    const leftAreas = new Set(left.map(({ areaId }) => areaId));
    return { done: dryRun ? done.map(withoutNewId) : done, again, leftAreas };
  }

  private async rejectUnknownResellers(
    runner: SqlRunner,
    planned: PlannedWrite[],
  ): Promise<{ writes: PlannedWrite[]; rejected: BulkOutcome[] }> {
    const ids = [...new Set(planned.flatMap(({ resellers }) => resellers))];
    if (ids.length === 0) return { writes: planned, rejected: [] };
    const found = new Set((await runner.rows(resellersAmong(ids))).map(([id]) => id));
    const rejected = planned.flatMap(({ row, resellers }) => {
      const unknown = resellers.flatMap((id, index) => (found.has(id) ? [] : [index]));
      return unknown.length > 0 ? [failedOutcome(row, unknownResellersError(unknown))] : [];
    });
    const lines = new Set(rejected.map(({ line }) => line));
    return { writes: planned.filter(({ row }) => !lines.has(row.line)), rejected };
  }

  /**
   * Writes offers and their areas.
   * @returns the IDs of the offers that were written, and the errors of those whose area cannot be stored
   */
  private async write(
    teamId: string,
    writes: PlannedWrite[],
    { feed, tx }: { feed?: string; tx?: SqlRunner },
  ): Promise<WriteOutcome> {
    const areas = areasToClaim(writes);
    if (areas.size === 0 && (tx || new Set(writes.map(({ kind }) => kind)).size < 2))
      return { written: await writeOffers(tx ?? this.sql, writes, new Map(), feed), failed: new Map() };
    const work = async (runner: SqlRunner) => {
      const failed = new Map<string, unknown>();
      const areaIds = await this.claimAreas(runner, teamId, areas);
      const storable = writes.filter(({ offer, areaChanged }) => {
        const area = areaChanged ? areaIds.get(JSON.stringify(offer.area)) : undefined;
        if (area instanceof DomainError) failed.set(offer.id, area);
        return !failed.has(offer.id);
      });
      return { written: await writeOffers(runner, storable, areaIds, feed), failed };
    };
    return tx ? work(tx) : this.sql.transaction(work);
  }

  /** Returns the ID of each area, or the error if it exceeds the team's limit. */
  private async claimAreas(tx: SqlRunner, teamId: string, areas: Map<string, Area>): Promise<ClaimedAreas> {
    const claimed: ClaimedAreas = new Map();
    const limit = this.areas.zipCodeLimit;
    // All batches claim areas in the same order, so that they cannot deadlock.
    for (const [text, area] of [...areas].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      claimed.set(
        text,
        await retry('The service area is being modified concurrently; try again', async () => {
          const [[id, used] = []] = await tx.rows(claimArea(teamId, area, limit));
          return id ?? (used ? zipCodeLimitExceeded(area, Number(used), limit) : undefined);
        }),
      );
    return claimed;
  }
}

/** How an upload is applied. */
export interface UploadOptions extends Matching {
  dryRun: boolean;
  /** Set if the upload belongs to a feed. */
  load?: FeedUpload;
}

interface Upload extends UploadOptions {
  team: Caller;
}

interface StartedBatch {
  keys: BatchKeys;
  outcomes: Promise<BulkOutcome[]>;
}

interface WriteOutcome {
  written: Set<string>;
  failed: Map<string, unknown>;
}

interface Attempt {
  done: BulkOutcome[];
  /** Rows to retry after a concurrent change or after another row of the batch has been written. */
  again: BulkRow[];
}

/** Removes the ID of a new offer, because a dry run does not create it. */
const withoutNewId = (outcome: BulkOutcome): BulkOutcome =>
  outcome.result === 'created' ? { ...outcome, id: undefined } : outcome;
