import { ruleSetKey, type StoredFinding } from './assess.js';
import type { Check, CheckResult, RuleSet, Severity } from './rule-set.js';

/** A finding as the provider reads it. */
export interface Finding {
  code: string;
  /** ID and version of the rule set. */
  ruleSet: string;
  severity: Severity;
  result: CheckResult;
  /** JSON pointer to the value in the offer. */
  pointer: string;
  message: string;
  citation: string;
  proposedForRepeal: boolean;
}

type Place = { ruleSet: RuleSet; check: Check };
const places = new WeakMap<readonly RuleSet[], Map<string, Place[]>>();

function placesOf(ruleSets: readonly RuleSet[]): Map<string, Place[]> {
  const known = places.get(ruleSets);
  if (known) return known;
  const byCode = new Map<string, Place[]>();
  for (const ruleSet of ruleSets)
    for (const check of ruleSet.checks)
      byCode.set(check.code, [...(byCode.get(check.code) ?? []), { ruleSet, check }]);
  places.set(ruleSets, byCode);
  return byCode;
}

const fallbacks: Partial<Record<CheckResult, string>> = {
  fail: 'The requirement is not met: {title}',
  missing: 'Information is missing: {title}',
  needsReview: 'This cannot be checked automatically: {title}',
  pass: 'The requirement is met: {title}',
  notApplicable: 'The requirement does not apply: {title}',
};

/** Returns the message of a check for a result. */
export function messageOf(
  check: Pick<Check, 'messages' | 'title'>,
  result: CheckResult,
  args: readonly (string | number)[] = [],
): string {
  const messages: Partial<Record<CheckResult, string>> = check.messages;
  const template = messages[result] ?? fallbacks[result] ?? '{title}';
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'title' ? check.title : String(args[Number(name)] ?? ''),
  );
}

/**
 * Returns a finding with its text; undefined if no rule set has its check any more.
 * @param applied the rule sets that applied when it was found, because versions of a rule set share codes
 */
export function findingView(
  [code, result, ...args]: StoredFinding,
  ruleSets: readonly RuleSet[],
  applied?: readonly string[],
): Finding | undefined {
  const candidates = placesOf(ruleSets).get(code) ?? [];
  const place =
    candidates.length > 1 && applied
      ? candidates.find(({ ruleSet }) => applied.includes(ruleSetKey(ruleSet)))
      : candidates[0];
  if (!place) return undefined;
  const { ruleSet, check } = place;
  return {
    code,
    ruleSet: ruleSetKey(ruleSet),
    severity: check.severity,
    result,
    pointer: check.pointer,
    message: messageOf(check, result, args),
    citation: check.citation,
    proposedForRepeal: check.proposedForRepeal ?? false,
  };
}

/** Returns the findings of an assessment with their texts, without those whose check no longer exists. */
export const findingViews = (
  { findings, ruleSets: applied }: { findings: readonly StoredFinding[]; ruleSets: readonly string[] },
  ruleSets: readonly RuleSet[],
): Finding[] => findings.flatMap((finding) => findingView(finding, ruleSets, applied) ?? []);
