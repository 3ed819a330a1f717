import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { parseNewOffer } from '../../offers/input/new-offer.js';
import { reportAll, resellersAmong, unknownResellersError } from '../../offers/unknown-resellers.js';
import { Sql } from '../../sql/sql.js';
import type { Caller } from '../../teams/caller.js';
import { readProvider } from '../assessment/read-provider.js';
import { RulesInEffect } from '../assessment/rules-in-effect.js';
import { assess, checkAll, ruleSetKey } from '../engine/assess.js';
import { findingViews } from '../engine/finding-view.js';
import type { Subject } from '../engine/rule-set.js';
import { subjectOf } from '../engine/subject.js';
import type { EvaluationQuery, EvaluationView, PassedCheck } from './evaluation.dto.js';

/** Assesses offers that are not stored. */
@Injectable()
export class EvaluationService {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly rules: RulesInEffect,
  ) {}

  /**
   * Assesses the body of a new offer by the rules and licenses of a day. Stores nothing.
   * @throws ValidationFailed as when the offer is created
   */
  async evaluate(
    team: Caller,
    body: unknown,
    { on = this.clock.today(), include = [] }: EvaluationQuery,
  ): Promise<EvaluationView> {
    const offer = await reportAll(this.sql, body, () => parseNewOffer(team, body, this.clock.now()));
    await this.requireResellers(offer.allowedResellers);
    const subject = subjectOf(offer, await readProvider(this.sql, team.id), on);
    const { ruleSets } = this.rules;
    const { status, findings, ruleSets: applied, validUntil, resellerLicenses } = assess(subject, ruleSets);
    return {
      on,
      status,
      ruleSets: applied,
      findings: findingViews({ findings, ruleSets: applied }, ruleSets),
      ...(include.includes('passed') && { passed: this.passed(subject) }),
      validUntil,
      resellerLicenses,
    };
  }

  private passed(subject: Subject): PassedCheck[] {
    const passed = checkAll(subject, this.rules.ruleSets).filter(({ outcome }) => outcome.result === 'pass');
    return passed.map(({ ruleSet, check: { code, severity, title, pointer, citation } }) => ({
      code,
      ruleSet: ruleSetKey(ruleSet),
      severity,
      title,
      pointer,
      citation,
    }));
  }

  /** @throws ValidationFailed for the ID of a team that is no reseller, which otherwise the database finds */
  private async requireResellers(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const known = new Set((await this.sql.rows(resellersAmong(ids))).map(([id]) => id));
    const unknown = ids.flatMap((id, index) => (known.has(id) ? [] : [index]));
    if (unknown.length > 0) throw unknownResellersError(unknown);
  }
}
