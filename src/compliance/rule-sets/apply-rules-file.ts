import type { FieldError } from '../../common/errors.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import { validate } from '../../validation/validate.js';
import type { Check, RuleSet, Subject } from '../engine/rule-set.js';
import { alarmLicensesFor } from '../rules/alarm-licenses.js';
import { alarmStates, type AlarmStates } from '../rules/alarm-states.js';
import { declarationErrors, declaredCheck } from './declared-check.js';
import { RulesFile, type CheckEntry, type RuleSetEntry } from './rules-file.dto.js';

const alarmId = alarmLicensesFor(alarmStates).id;

/** The result of reading a file: the rule sets, or what is wrong with it. */
export interface AppliedRules {
  ruleSets: readonly RuleSet[];
  errors: FieldError[];
}

/** Adds the rule sets of a file to others, and changes those that it names. @param content the parsed file */
export function applyRulesFile(content: unknown, ruleSets: readonly RuleSet[]): AppliedRules {
  const { value, errors } = validate(RulesFile, content);
  if (errors.length > 0) return { ruleSets, errors };
  let result = ruleSets;
  value.ruleSets.forEach((entry, index) => {
    const path = ['ruleSets', index];
    const merged = mergeEntry(entry, result, path, errors);
    const isSame = ({ id, version }: RuleSet) => id === merged.id && version === merged.version;
    result = result.some(isSame) ? result.map((each) => (isSame(each) ? merged : each)) : [...result, merged];
  });
  const places = new Map(value.ruleSets.map(({ id, version }, index) => [`${id}@${version}`, index]));
  errors.push(...conflictsOf(result, (key) => ['ruleSets', places.get(key) ?? 0]));
  return { ruleSets: errors.length > 0 ? ruleSets : result, errors };
}

function mergeEntry(
  entry: RuleSetEntry,
  ruleSets: readonly RuleSet[],
  path: PathStep[],
  errors: FieldError[],
): RuleSet {
  const { id, version, basedOn } = entry;
  const find = (wanted: string) => ruleSets.find((each) => each.id === id && each.version === wanted);
  const existing = find(version);
  const report = (steps: PathStep[], code: string, message: string) =>
    errors.push(fieldError([...path, ...steps], code, message));
  if (existing && basedOn !== undefined)
    report(['basedOn'], 'conflict', 'must be omitted, because the version exists already');
  const copied = basedOn === undefined ? undefined : find(basedOn);
  if (!existing && basedOn !== undefined && !copied)
    report(['basedOn'], 'unknown', `is not a version of ${id}${listVersions(id, ruleSets)}`);
  const base = existing ?? copied;
  if (base && entry.appliesIn)
    report(['appliesIn'], 'conflict', 'is only for new rule sets, which are not based on another one');
  const start = base ? withTable(base, entry, report) : newRuleSet(entry, ruleSets, report);
  const { title, jurisdiction, category, effectiveFrom, effectiveTo, citation, source } = entry;
  const changes = { title, jurisdiction, category, effectiveFrom, effectiveTo, citation, source };
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const merged: RuleSet = { ...start, ...given, version };
  if (merged.effectiveTo !== null && merged.effectiveTo < merged.effectiveFrom)
    report(['effectiveTo'], 'range', `must not be before effectiveFrom, which is ${merged.effectiveFrom}`);
  return { ...merged, checks: mergeChecks(merged, entry.checks ?? {}, report) };
}

type Report = (steps: PathStep[], code: string, message: string) => void;

const listVersions = (id: string, ruleSets: readonly RuleSet[]) => {
  const versions = ruleSets.filter((each) => each.id === id).map(({ version }) => version);
  return versions.length > 0 ? `; its versions are ${versions.join(', ')}` : '';
};

/** Returns the rule set with another table of states. */
function withTable(base: RuleSet, { alarmStates: changes }: RuleSetEntry, report: Report): RuleSet {
  if (!changes) return base;
  if (base.id !== alarmId) {
    report(['alarmStates'], 'conflict', `is only for the rule set ${alarmId}`);
    return base;
  }
  const current = (base.data as { states: AlarmStates }).states;
  const states = Object.entries({ ...current, ...changes }).filter(([, state]) => state !== null);
  const rebuilt = alarmLicensesFor(Object.fromEntries(states) as AlarmStates);
  // Checks that an earlier entry has changed or removed stay as they are, but read the new table.
  const checks = base.checks.map((check) => {
    const fresh = rebuilt.checks.find(({ code }) => code === check.code);
    return fresh && check.definition === undefined ? { ...check, check: fresh.check } : check;
  });
  return { ...base, data: rebuilt.data, checks };
}

const needed = [
  'title',
  'jurisdiction',
  'category',
  'effectiveFrom',
  'citation',
  'source',
  'checks',
] as const;

function newRuleSet(entry: RuleSetEntry, ruleSets: readonly RuleSet[], report: Report): RuleSet {
  const others = listVersions(entry.id, ruleSets);
  for (const member of needed)
    if (entry[member] === undefined)
      report(
        [member],
        'required',
        `is required for a new rule set${others === '' ? '' : `${others}; use basedOn to copy one`}`,
      );
  if (entry.alarmStates) report(['alarmStates'], 'conflict', `is only for the rule set ${alarmId}`);
  const { appliesIn, id, version, category = 'internet' } = entry;
  return {
    id,
    version,
    title: '',
    jurisdiction: 'US',
    category,
    effectiveFrom: '0001-01-01',
    effectiveTo: null,
    citation: '',
    source: '',
    scope: `Offers of category ${category}${appliesIn ? ` in ${appliesIn.join(', ')}` : ''}.`,
    applies: appliesIn
      ? ({ states }: Subject) => states === null || appliesIn.some((state) => states.includes(state))
      : () => true,
    checks: [],
  };
}

function mergeChecks(
  { checks, citation }: RuleSet,
  entries: Readonly<Record<string, CheckEntry | null>>,
  report: Report,
): Check[] {
  const kept = checks.flatMap((check): Check[] => {
    const entry = Object.hasOwn(entries, check.code) ? entries[check.code] : undefined;
    if (entry === undefined) return [check];
    if (entry === null) return [];
    return [changedCheck(check, entry, report)];
  });
  const codes = new Set(checks.map(({ code }) => code));
  const added = Object.entries(entries).flatMap(([code, entry]): Check[] => {
    if (codes.has(code)) return [];
    if (entry === null) {
      report(['checks', code], 'unknown', 'is not a check of the rule set, so that it cannot be removed');
      return [];
    }
    const errors = declarationErrors(entry);
    for (const { member, message } of errors) report(['checks', code, member], 'required', message);
    return errors.length > 0 ? [] : [declaredCheck(code, entry, citation)];
  });
  return [...kept, ...added];
}

/** Changes the texts of a check. What it examines can only be declared anew. */
function changedCheck(check: Check, entry: CheckEntry, report: Report): Check {
  if (entry.require !== undefined) {
    const errors = declarationErrors(entry);
    for (const { member, message } of errors) report(['checks', check.code, member], 'required', message);
    return errors.length > 0 ? check : declaredCheck(check.code, entry, check.citation);
  }
  const { severity, title, messages, citation, proposedForRepeal, ...others } = entry;
  for (const [member, value] of Object.entries(others))
    if (value !== undefined)
      report(['checks', check.code, member], 'conflict', 'requires a check that is declared with require');
  return {
    ...check,
    severity: severity ?? check.severity,
    title: title ?? check.title,
    citation: citation ?? check.citation,
    proposedForRepeal: proposedForRepeal ?? check.proposedForRepeal,
    messages: { ...check.messages, ...messages },
  };
}

/** Returns an error for versions of a rule set that apply on the same day, and for codes that two rule sets share. */
function conflictsOf(ruleSets: readonly RuleSet[], pathOf: (key: string) => PathStep[]): FieldError[] {
  const keyOf = ({ id, version }: RuleSet) => `${id}@${version}`;
  const last = (ruleSet: RuleSet) => ruleSet.effectiveTo ?? '9999-12-31';
  const ofCode = new Map<string, RuleSet>();
  return ruleSets.flatMap((ruleSet, index) => {
    const other = ruleSets
      .slice(0, index)
      .find(
        (each) =>
          each.id === ruleSet.id &&
          each.effectiveFrom <= last(ruleSet) &&
          ruleSet.effectiveFrom <= last(each),
      );
    const overlap = other
      ? [
          fieldError(
            [...pathOf(keyOf(ruleSet)), 'effectiveFrom'],
            'conflict',
            `lets ${keyOf(ruleSet)} apply on the same days as ${keyOf(other)}; end the older one with effectiveTo`,
          ),
        ]
      : [];
    const shared = ruleSet.checks.flatMap(({ code }) => {
      const owner = ofCode.get(code);
      ofCode.set(code, owner ?? ruleSet);
      return owner && owner.id !== ruleSet.id
        ? [
            fieldError(
              [...pathOf(keyOf(ruleSet)), 'checks', code],
              'conflict',
              `is a check of ${owner.id} too; codes are unique`,
            ),
          ]
        : [];
    });
    return [...overlap, ...shared];
  });
}
