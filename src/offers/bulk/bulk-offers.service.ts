import { Injectable } from '@nestjs/common';
import { AreasService } from '../../areas/areas.service.js';
import { Conflict } from '../../common/errors.js';
import { inOrder } from './in-order.js';
import { linesOf, type Line } from './lines.js';
import { retry } from '../../common/retry.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { Statement } from '../../sql/statement.js';
import type { Caller } from '../../teams/caller.js';
import { batchesOf, readBatch, type Batch } from './bulk-batches.js';
import {
  areasOf,
  failedOutcome,
  known,
  outcomeOf,
  planRow,
  type BulkStep,
  type KnownOffers,
} from './bulk-plan.js';
import { foundBy, keysIn, keysOf, mayMeet, soughtBy, type BatchKeys } from './bulk-keys.js';
import { maxLineBytes, type BulkOutcome, type BulkRow } from './bulk-row.js';
import { VocabularyCache, type VocabularyStatus } from '../search-vocabulary.js';
import { toConflict, isSkuTaken, unknownResellersError } from '../offers.write.js';
import { claimArea, insertOffers, offersNamed, resellersAmong, updateOffers } from './bulk.query.js';

const maxTries = 20;
/** Batches that are written at a time: while one is planned here, Postgres has another one to work on. */
const maxUnderWay = 4;

type Write = Exclude<BulkStep, { kind: 'done' }>;

/**
 * Takes offers by the thousand: lines are read, checked and written a batch at a time, so that memory stays the same
 * whatever the length, and each line stands for itself. While some batches are written the next one is read and checked.
 */
@Injectable()
export class BulkOffers {
  constructor(
    private readonly sql: Sql,
    private readonly areas: AreasService,
    private readonly words: VocabularyCache,
  ) {}

  /** One outcome for each line that is not empty, in their order. */
  async *run(team: Caller, chunks: AsyncIterable<Buffer>, dryRun: boolean): AsyncGenerator<BulkOutcome[]> {
    const recent: StartedBatch[] = [];
    const start = (lines: Line[]) => {
      const batch = readBatch(lines);
      const keys = keysIn(batch.rows);
      const last = recent.findLastIndex((before) => mayMeet(before.keys, keys));
      // Not only of the one that it meets, but of all before: a batch that waits must not be overtaken either.
      const before = Promise.all(recent.slice(0, last + 1).map(({ outcomes }) => outcomes));
      const outcomes = before.then(() => this.batch(team, batch, dryRun));
      recent.push({ keys, outcomes });
      if (recent.length > maxUnderWay) recent.shift();
      return outcomes;
    };
    yield* inOrder(batchesOf(linesOf(chunks, maxLineBytes)), maxUnderWay, start);
  }

  /** Never rejects: what goes wrong is the outcome of the rows. */
  private async batch(team: Caller, { rows, outcomes }: Batch, dryRun: boolean): Promise<BulkOutcome[]> {
    const all = [...outcomes];
    let left = rows;
    for (let tries = 0; left.length > 0 && tries < rows.length + maxTries; tries += 1) {
      const { done, again } = await this.pass(team, left, dryRun).catch((cause: unknown) =>
        // One row can spoil a statement for all: then each goes alone.
        left.length > 1 || isSkuTaken(cause) ? this.oneByOne(team, left, dryRun) : spoilt(left, cause),
      );
      all.push(...done);
      left = again;
    }
    const busy = new Conflict('The offer is being modified concurrently; try again');
    all.push(...left.map((row) => failedOutcome(row, busy)));
    return all.toSorted((a, b) => a.line - b.line);
  }

  private async oneByOne(team: Caller, rows: BulkRow[], dryRun: boolean): Promise<Pass> {
    const done: BulkOutcome[] = [];
    const again: BulkRow[] = [];
    for (const row of rows) {
      const pass = () => this.pass(team, [row], dryRun);
      const one = await pass()
        // Somebody may have stored the SKU since it was looked up: then a second look finds that offer.
        .catch((cause: unknown) => (isSkuTaken(cause) ? pass() : Promise.reject(cause)))
        .catch((cause: unknown) => spoilt([row], cause));
      done.push(...one.done);
      again.push(...one.again);
    }
    return { done, again };
  }

  /** Looks the offers of all rows up with one statement, and writes what is new with one and what is changed with one. */
  private async pass(team: Caller, rows: BulkRow[], dryRun: boolean): Promise<Pass> {
    const offers = known(await this.sql.wireRows(offersNamed(team.id, keysOf(rows))));
    const { steps, again } = planAll(team, rows, offers);
    const done = steps.flatMap((step) => (step.kind === 'done' ? [step.outcome] : []));
    const { sound, strange } = await this.withKnownResellers(steps.filter((step) => step.kind !== 'done'));
    done.push(...strange);
    const written = dryRun ? new Set(sound.map(({ offer }) => offer.id)) : await this.write(team.id, sound);
    for (const { kind, row, offer } of sound)
      if (written.has(offer.id)) done.push(outcomeOf(row, kind === 'insert' ? 'created' : 'updated', offer));
      else again.push(row);
    return { done: dryRun ? done.map(withoutNewId) : done, again };
  }

  private async withKnownResellers(steps: Write[]): Promise<{ sound: Write[]; strange: BulkOutcome[] }> {
    const ids = [...new Set(steps.flatMap(({ resellers }) => resellers))];
    if (ids.length === 0) return { sound: steps, strange: [] };
    const found = new Set((await this.sql.rows(resellersAmong(ids))).map(([id]) => id));
    const strange = steps.flatMap(({ row, resellers }) => {
      const places = resellers.flatMap((id, place) => (found.has(id) ? [] : [place]));
      return places.length > 0 ? [failedOutcome(row, unknownResellersError(places))] : [];
    });
    const lines = new Set(strange.map(({ line }) => line));
    return { sound: steps.filter(({ row }) => !lines.has(row.line)), strange };
  }

  /** @returns the ids of the offers that were written */
  private async write(teamId: string, steps: Write[]): Promise<Set<string>> {
    const areas = areasOf(steps);
    const inserts = steps.filter(({ kind }) => kind === 'insert').map(({ offer }) => offer);
    const words = this.words.statusOf(inserts);
    // Of several statements all or none: what failed is tried again, and told as what it was then.
    const single = areas.size === 0 && new Set(steps.map(({ kind }) => kind)).size < 2;
    const ids = single
      ? await this.store(this.sql, steps, words, new Map())
      : await this.sql.transaction(async (tx) => {
          const areaIds = new Map<string, string>();
          // In one order for all, so that two batches do not wait for each other.
          for (const [text, area] of [...areas].toSorted(([a], [b]) => (a < b ? -1 : 1)))
            areaIds.set(text, await claim(tx, claimArea(teamId, area)));
          return this.store(tx, steps, words, areaIds);
        });
    if (words === 'new') this.words.remember(inserts);
    const left = steps.filter(
      ({ kind, areaChanged, offer }) => kind === 'update' && areaChanged && ids.has(offer.id),
    );
    for (const areaId of new Set(left.map((step) => step.areaId))) await this.areas.release(areaId);
    return ids;
  }

  private async store(
    sql: SqlRunner,
    steps: Write[],
    words: VocabularyStatus,
    areaIds: Map<string, string>,
  ): Promise<Set<string>> {
    const placed = ({ offer, areaId, areaChanged }: Write) => ({
      offer,
      areaId: areaChanged ? (areaIds.get(JSON.stringify(offer.area)) ?? null) : areaId,
    });
    const of = (kind: Write['kind']) => steps.filter((step) => step.kind === kind).map(placed);
    const [inserts, updates] = [of('insert'), of('update')];
    const changed = new Set(steps.flatMap((step) => step.changed));
    if (inserts.length > 0) await sql.copy(insertOffers(inserts, words));
    const updated = updates.length > 0 ? await sql.rows(updateOffers(updates, changed)) : [];
    return new Set([...inserts.map(({ offer }) => offer.id), ...updated.map(([id]) => id ?? '')]);
  }
}

interface StartedBatch {
  keys: BatchKeys;
  outcomes: Promise<BulkOutcome[]>;
}

interface Pass {
  done: BulkOutcome[];
  /** Rows that somebody else was faster at, or that wait for another row of the batch. */
  again: BulkRow[];
}

const spoilt = (rows: readonly BulkRow[], cause: unknown): Pass => ({
  done: rows.map((row) => failedOutcome(row, toConflict(cause, row.sku))),
  again: [],
});

/** Plans the rows. Of two rows about the same offer the second has to wait for what the first one does. */
function planAll(
  team: Caller,
  rows: readonly BulkRow[],
  offers: KnownOffers,
): { steps: BulkStep[]; again: BulkRow[] } {
  const now = new Date();
  const steps: BulkStep[] = [];
  const again: BulkRow[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    const sought = soughtBy(row);
    const step = sought.some((key) => taken.has(key)) ? undefined : plan(team, row, offers, now);
    const target = step?.kind === 'update' ? `id ${step.offer.id}` : '';
    if (step && (sought.includes(target) || !taken.has(target))) steps.push(step);
    else again.push(row);
    for (const key of [...foundBy(row), ...(target ? [target] : [])]) taken.add(key);
  }
  return { steps, again };
}

function plan(team: Caller, row: BulkRow, offers: KnownOffers, now: Date): BulkStep {
  try {
    return planRow(team, row, offers, now);
  } catch (cause) {
    return { kind: 'done', outcome: failedOutcome(row, cause) };
  }
}

const claim = (tx: SqlRunner, statement: Statement): Promise<string> =>
  retry(
    'The service area is being modified concurrently; try again',
    async () => (await tx.rows(statement))[0]?.[0] ?? undefined,
  );

/** What is not made has no id yet. */
const withoutNewId = (outcome: BulkOutcome): BulkOutcome =>
  outcome.result === 'created' ? { ...outcome, id: undefined } : outcome;
