import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { Clock } from '../../common/clock.js';
import {
  isSameResult,
  unassessed,
  type AssessmentColumns,
} from '../../offers/assessment/assessment-columns.js';
import type { AssessmentResult } from '../../offers/assessment/assessment-result.js';
import { ownOfferJsonWithoutArea, parseCurrentOffer } from '../../offers/offer-json.js';
import { Sql } from '../../sql/sql.js';
import type { Transaction } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import {
  nextDueOffers,
  nextOffers,
  nextOffersOfTeam,
  offersByIds,
  type Position,
} from './assessment.query.js';
import {
  endTeamRun,
  holdRun,
  holdTeamRun,
  moveRun,
  moveTeamRun,
  settleTeamRun,
  storeAssessments,
  takeAssessmentLock,
  takePending,
  type NewAssessment,
} from './assessment.write.js';
import { OfferAssessor, type StoredKeys } from './offer-assessor.js';
import { RulesInEffect } from './rules-in-effect.js';

/** How many offers a step takes: few, so that its transaction is short. */
const offersPerStep = 200;
/** How many offers are assessed before requests get their turn. */
const offersPerTurn = 10;

/** What a step has done. */
export interface StepResult {
  /** The number of offers that were assessed; 0 at the end. */
  assessed: number;
  /** How many of them have a new result, which was written. */
  written: number;
  /** How many were left to a later step, because others are changing them. */
  postponed: number;
  /** Whether nothing of this kind is left. */
  isLast: boolean;
}

/** The kinds of work, in the order of their urgency, which is also that of the columns of `findWork`. */
export const kindsByUrgency = ['pending', 'team', 'all'] as const;
export type Work = (typeof kindsByUrgency)[number];

const nothing: StepResult = { assessed: 0, written: 0, postponed: 0, isLast: true };
const json = ownOfferJsonWithoutArea;
const keysOf = (row: WireRow): StoredKeys => ({
  teamId: row.text(json.at('o.team_id')) ?? '',
  areaId: row.text(json.at('o.service_area_id')),
});
const idOf = (row: WireRow | undefined) => row?.text(json.at('o.id')) ?? NIL;
/** Before all offers whose assessment ends. */
export const firstDue: Position = ['-infinity', NIL];

/** Assesses stored offers, a few in each transaction. */
@Injectable()
export class AssessmentSteps {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly assessor: OfferAssessor,
    private readonly rules: RulesInEffect,
  ) {}

  /** Takes a step, and returns undefined if there is nothing to do, or another process is doing it. */
  take(work: Work): Promise<StepResult | undefined> {
    const steps = { pending: this.ofQueue, team: this.ofTeam, all: this.ofAll };
    return this.whileAlone((tx) => steps[work].call(this, tx));
  }

  /**
   * Assesses the next offers whose assessment ends today or has ended, and returns the position of the last one, which is
   * undefined at the end. Returns undefined if another process is taking a step.
   */
  takeDue(after: Position): Promise<(StepResult & { last: Position | undefined }) | undefined> {
    return this.whileAlone(async (tx) => {
      const rows = await tx.wireRows(nextDueOffers(this.clock.today(), after, offersPerStep));
      const last = rows.at(-1);
      if (!last) return { ...nothing, last: undefined };
      const result = await this.assess(tx, rows);
      return { ...result, last: [last.text(json.at('o.assessed_until')) ?? '', idOf(last)] };
    });
  }

  private whileAlone<T>(step: (tx: Transaction) => Promise<T | undefined>): Promise<T | undefined> {
    return this.sql.transaction(async (tx) => {
      const [[isAlone] = []] = await tx.rows(takeAssessmentLock);
      return isAlone === 't' ? step(tx) : undefined;
    });
  }

  private async ofQueue(tx: Transaction): Promise<StepResult | undefined> {
    const taken = await tx.rows(takePending(offersPerStep));
    if (taken.length === 0) return undefined;
    const ids = [...new Set(taken.map(([id]) => id ?? ''))];
    const result = await this.assess(tx, await tx.wireRows(offersByIds(ids)));
    return { ...result, isLast: taken.length < offersPerStep };
  }

  private async ofAll(tx: Transaction): Promise<StepResult | undefined> {
    const [run] = await tx.rows(holdRun(this.rules.digest));
    if (!run) return undefined;
    const rows = await tx.wireRows(nextOffers(run[0] ?? NIL, offersPerStep));
    const result = await this.assess(tx, rows);
    await tx.rows(moveRun(rows.length < offersPerStep ? null : idOf(rows.at(-1))));
    return result;
  }

  private async ofTeam(tx: Transaction): Promise<StepResult | undefined> {
    const [run] = await tx.rows(holdTeamRun);
    if (!run) return undefined;
    const [teamId, createdAt, id, isDone] = run.map((text) => text ?? '') as [string, string, string, string];
    if (isDone === 't') {
      await tx.rows(endTeamRun(teamId));
      return nothing;
    }
    const rows = await tx.wireRows(nextOffersOfTeam(teamId, [createdAt, id], offersPerStep));
    const result = await this.assess(tx, rows, teamId);
    const last = rows.at(-1);
    if (rows.length < offersPerStep || !last) await tx.rows(settleTeamRun(teamId));
    else await tx.rows(moveTeamRun(teamId, [last.text(json.at('o.created_at')) ?? '', idOf(last)]));
    return result;
  }

  /** Assesses rows of `ownOfferJsonWithoutArea`, and writes what has changed. @param fresh see `prepareStored` */
  private async assess(tx: Transaction, rows: readonly WireRow[], fresh?: string): Promise<StepResult> {
    const keys = rows.map(keysOf);
    const assess = await this.assessor.prepareStored(tx, keys, fresh);
    const changed: NewAssessment[] = [];
    for (const [index, row] of rows.entries()) {
      if (index > 0 && index % offersPerTurn === 0) await nextTurn();
      const offer = parseCurrentOffer(row, json);
      const result = assess(offer, keys[index] ?? keysOf(row));
      if (result && !isKnown(offer.readAssessment(), result))
        changed.push({ id: offer.id, version: offer.version, result });
    }
    const isLast = rows.length < offersPerStep;
    if (changed.length === 0) return { ...nothing, assessed: rows.length, isLast };
    const [[count] = []] = await tx.rows(storeAssessments(changed, this.clock.now()));
    const written = Number(count);
    return { assessed: rows.length, written, postponed: changed.length - written, isLast };
  }
}

/** An offer to which no rules apply need not be written just to record that it was assessed. */
const isKnown = (columns: AssessmentColumns, result: AssessmentResult) =>
  isSameResult(columns.assessedAt ? columns : { ...unassessed, assessedAt: new Date(0) }, result);
