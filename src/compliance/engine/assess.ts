import { isCalendarDay } from '../../validation/checks.js';
import { dayAfter } from './days.js';
import type { Check, CheckResult, Outcome, RuleSet, Subject } from './rule-set.js';
import { shortened } from './values.js';

export const assessmentStatuses = ['unknown', 'compliant', 'incomplete', 'non_compliant'] as const;
export type AssessmentStatus = (typeof assessmentStatuses)[number];

/** Code and result of a check that neither passed nor was not applicable, and the values in its message. */
export type StoredFinding = [code: string, result: CheckResult, ...args: (string | number)[]];

/** What the rules of a day say about an offer. */
export interface Assessment {
  status: AssessmentStatus;
  /** The rule sets that applied, such as `us-fcc-broadband-label@2024-10-10`. */
  ruleSets: string[];
  findings: StoredFinding[];
  /** The first day on which the assessment can differ although the offer stays the same; null if none is known. */
  validUntil: string | null;
  /** The licenses of which a reseller needs one to sell the offer; an empty list if it needs none. */
  resellerLicenses: string[];
}

/** A check that has been made, whatever its result. */
export interface CheckedRule {
  ruleSet: RuleSet;
  check: Check;
  outcome: Outcome;
}

/** Findings are stored with the offer, so values from the provider are shortened. */
const ofMessage = (arg: string | number) => (typeof arg === 'string' ? shortened(arg, 1000) : arg);

export const ruleSetKey = ({ id, version }: Pick<RuleSet, 'id' | 'version'>) => `${id}@${version}`;

const isOfCategory = ({ category }: RuleSet, { offer }: Subject) =>
  category === null ? offer.category !== null && offer.category !== 'other' : category === offer.category;

/** Returns whether a rule set is in effect on a day. */
export const isInEffect = ({ effectiveFrom, effectiveTo }: RuleSet, on: string) =>
  effectiveFrom <= on && (effectiveTo === null || on <= effectiveTo);

/** Returns the rule sets that apply to an offer on the day of the subject. */
export const applicableRuleSets = (subject: Subject, ruleSets: readonly RuleSet[]): RuleSet[] =>
  ruleSets.filter(
    (ruleSet) =>
      isOfCategory(ruleSet, subject) && isInEffect(ruleSet, subject.on) && ruleSet.applies(subject),
  );

/** Makes every check that applies, and returns all results, also those of checks that passed. */
export const checkAll = (subject: Subject, ruleSets: readonly RuleSet[]): CheckedRule[] =>
  applicableRuleSets(subject, ruleSets).flatMap((ruleSet) =>
    ruleSet.checks.map((check) => ({ ruleSet, check, outcome: check.check(subject) })),
  );

/**
 * Assesses an offer. A failed error makes it `non_compliant`; else a missing requirement makes it `incomplete`; else it is
 * `compliant` if a regulation applies, and `unknown` if none does. Warnings never change the status.
 */
export function assess(subject: Subject, ruleSets: readonly RuleSet[]): Assessment {
  const { on } = subject;
  const applied: string[] = [];
  const findings: StoredFinding[] = [];
  const resellerLicenses: string[] = [];
  let status: AssessmentStatus = 'unknown';
  let validUntil: string | null = null;
  const expiresOn = (day: string | undefined) => {
    if (day !== undefined && day > on && (validUntil === null || day < validUntil) && isCalendarDay(day))
      validUntil = day;
  };
  for (const ruleSet of ruleSets) {
    const { effectiveFrom, effectiveTo } = ruleSet;
    if (!isOfCategory(ruleSet, subject)) continue;
    if ((effectiveTo !== null && effectiveTo < on) || !ruleSet.applies(subject)) continue;
    if (effectiveFrom > on) {
      expiresOn(effectiveFrom);
      continue;
    }
    if (effectiveTo !== null) expiresOn(dayAfter(effectiveTo));
    applied.push(ruleSetKey(ruleSet));
    if (status === 'unknown' && !ruleSet.general) status = 'compliant';
    for (const { code, severity, check } of ruleSet.checks) {
      const { result, args, changesOn } = check(subject);
      expiresOn(changesOn);
      if (result === 'pass' || result === 'notApplicable') continue;
      findings.push(args ? [code, result, ...args.map(ofMessage)] : [code, result]);
      if (severity !== 'error') continue;
      if (result === 'fail') status = 'non_compliant';
      else if (result === 'missing' && status !== 'non_compliant') status = 'incomplete';
    }
    const needed = ruleSet.resellerLicenses?.(subject);
    if (needed) resellerLicenses.push(...needed);
  }
  return { status, ruleSets: applied, findings, validUntil, resellerLicenses };
}
