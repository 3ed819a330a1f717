import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { NotFound } from '../../common/errors.js';
import { cursorScope, CursorCodec } from '../../paging/cursor.js';
import { defaultLimit, takePage, type Page } from '../../paging/page.js';
import { RulesInEffect } from '../assessment/rules-in-effect.js';
import { isInEffect } from '../engine/assess.js';
import type { RuleSet } from '../engine/rule-set.js';
import type { ListRuleSets, RuleSetView } from './rule-sets.dto.js';

/** Describes the rules by which offers are assessed. */
@Injectable()
export class RuleSetsService {
  constructor(
    private readonly rules: RulesInEffect,
    private readonly clock: Clock,
    private readonly cursors: CursorCodec,
  ) {}

  /** Returns a page of the rule sets in effect, by their IDs. @throws DomainError INVALID_CURSOR */
  list(query: ListRuleSets): Page<RuleSetView> {
    const { cursor, limit = defaultLimit, count, on = this.clock.today(), category } = query;
    const scope = cursorScope('rule sets', { on, category });
    const [after = ''] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    const all = this.inEffect(on).filter(
      (each) =>
        category === undefined ||
        each.category === category ||
        (each.category === null && category !== 'other'),
    );
    const rest = all.filter(({ id }) => id > (after ?? '')).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const { items, last } = takePage(rest.slice(0, limit + 1), limit);
    return {
      items: items.map(viewOf),
      ...(last ? { next: this.cursors.encode(scope, [last.id]) } : {}),
      ...(count ? { total: all.length } : {}),
    };
  }

  /** Returns the version of a rule set that is in effect on a day. @throws NotFound */
  get(id: string, on = this.clock.today()): RuleSetView {
    const ruleSet = this.inEffect(on).find((each) => each.id === id);
    if (ruleSet) return viewOf(ruleSet);
    const isKnown = this.rules.ruleSets.some((each) => each.id === id);
    throw new NotFound(isKnown ? `Version of the rule set ${id} that is in effect on ${on}` : 'Rule set');
  }

  private inEffect(on: string): RuleSet[] {
    return this.rules.ruleSets.filter((ruleSet) => isInEffect(ruleSet, on));
  }
}

const viewOf = (ruleSet: RuleSet): RuleSetView => {
  const { id, version, title, jurisdiction, category, effectiveFrom, effectiveTo } = ruleSet;
  return {
    id,
    version,
    title,
    jurisdiction,
    category,
    effectiveFrom,
    effectiveTo,
    citation: ruleSet.citation,
    source: ruleSet.source,
    scope: ruleSet.scope,
    general: ruleSet.general ?? false,
    data: ruleSet.data ?? null,
    resellerRequirement: ruleSet.resellerRequirement ?? null,
    checks: ruleSet.checks.map(
      ({ code, severity, title: required, pointer, messages, citation, proposedForRepeal, definition }) => ({
        code,
        severity,
        title: required,
        pointer,
        messages,
        citation,
        proposedForRepeal: proposedForRepeal ?? false,
        definition: definition ?? null,
      }),
    ),
  };
};
