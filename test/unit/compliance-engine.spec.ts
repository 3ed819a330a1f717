import { assess, checkAll, type Assessment } from '../../src/compliance/engine/assess.js';
import {
  fail,
  missing,
  needsReview,
  notApplicable,
  pass,
  until,
} from '../../src/compliance/engine/checks.js';
import { addDays, addYears } from '../../src/compliance/engine/days.js';
import { findingView, findingViews } from '../../src/compliance/engine/finding-view.js';
import type { Outcome, RuleSet, Severity } from '../../src/compliance/engine/rule-set.js';
import { coveredStates } from '../../src/compliance/engine/subject.js';
import { amountText, listText, shownText } from '../../src/compliance/engine/values.js';
import { applyRulesFile } from '../../src/compliance/rule-sets/apply-rules-file.js';
import { builtInRuleSets } from '../../src/compliance/rules/all-rule-sets.js';
import { readSource } from '../support/source-files.js';
import { subjectWith } from '../support/rule-cases.js';

type Checks = Record<string, [Severity, Outcome]>;

const ruleSet = (checks: Checks, changes: Partial<RuleSet> = {}): RuleSet => ({
  id: 'test',
  version: '1',
  title: 'Test',
  jurisdiction: 'US',
  category: 'internet',
  effectiveFrom: '2026-01-01',
  effectiveTo: null,
  citation: '1 CFR 1',
  source: 'nowhere',
  scope: 'all',
  applies: () => true,
  ...changes,
  checks: Object.entries(checks).map(([code, [severity, outcome]]) => ({
    code,
    severity,
    title: `Check ${code}.`,
    pointer: '/name',
    messages: { fail: 'Failed with {0} and {1}.' },
    citation: '1 CFR 1',
    check: () => outcome,
  })),
});
const internet = (changes = {}) => subjectWith({ name: 'Fibre', category: 'internet', ...changes });
const statusOf = (checks: Checks, changes?: Partial<RuleSet>) =>
  assess(internet(), [ruleSet(checks, changes)]).status;

describe('assess', () => {
  it.each<[string, Checks, Assessment['status']]>([
    ['passes', { A1: ['error', pass], A2: ['error', notApplicable] }, 'compliant'],
    ['something is missing', { A1: ['error', missing()], A2: ['error', pass] }, 'incomplete'],
    ['an error fails', { A1: ['error', fail()], A2: ['error', missing()] }, 'non_compliant'],
    [
      'an error fails after something is missing',
      { A1: ['error', missing()], A2: ['error', fail()] },
      'non_compliant',
    ],
    ['only warnings are not met', { A1: ['warning', fail()], A2: ['warning', missing()] }, 'compliant'],
    ['somebody must look at it', { A1: ['error', needsReview()] }, 'compliant'],
  ])('if %s', (_, checks, status) => {
    expect(statusOf(checks)).toBe(status);
  });

  it('is unknown without a regulation', () => {
    const failing: Checks = { A1: ['error', fail()] };
    expect(statusOf(failing, { category: 'energy' })).toBe('unknown');
    expect(statusOf(failing, { applies: () => false })).toBe('unknown');
    expect(statusOf({ A1: ['error', pass] }, { general: true })).toBe('unknown');
    expect(statusOf(failing, { general: true })).toBe('non_compliant');
    expect(statusOf({ A1: ['error', missing()] }, { general: true })).toBe('incomplete');
  });

  it.each(['other', null])('of category %s is unknown, whatever the offer contains', (category) => {
    const subject = subjectWith({ category, complianceData: { validFor: { from: 'x' } }, currency: '?' });
    expect(assess(subject, builtInRuleSets)).toEqual({
      status: 'unknown',
      ruleSets: [],
      findings: [],
      validUntil: null,
      resellerLicenses: [],
    });
  });

  it('stores codes, results and values, without what passes', () => {
    const { findings } = assess(internet(), [
      ruleSet({
        A1: ['error', fail('x', 2)],
        A2: ['warning', missing()],
        A3: ['error', pass],
        A4: ['error', notApplicable],
        A5: ['warning', needsReview('y')],
      }),
    ]);
    expect(findings).toEqual([
      ['A1', 'fail', 'x', 2],
      ['A2', 'missing'],
      ['A5', 'needsReview', 'y'],
    ]);
    expect(checkAll(internet(), [ruleSet({ A1: ['error', pass] })])).toMatchObject([{ outcome: pass }]);
  });

  it('applies a rule set from its first to its last day, and names the next change', () => {
    const sets = [
      ruleSet({ A1: ['error', pass] }, { effectiveFrom: '2026-03-01', effectiveTo: '2026-03-31' }),
    ];
    const on = ($on: string) => {
      const { ruleSets, validUntil } = assess(internet({ $on }), sets);
      return [ruleSets.length, validUntil];
    };
    expect(on('2026-02-28')).toEqual([0, '2026-03-01']);
    expect(on('2026-03-01')).toEqual([1, '2026-04-01']);
    expect(on('2026-03-31')).toEqual([1, '2026-04-01']);
    expect(on('2026-04-01')).toEqual([0, null]);
  });

  it('is valid until the first day on which an outcome can change', () => {
    const { validUntil } = assess(internet({ $on: '2026-06-01' }), [
      ruleSet({
        A1: ['error', until(pass, '2026-08-01')],
        A2: ['warning', until(fail(), '2026-07-01')],
        A3: ['error', until(pass, '2026-05-01')],
      }),
    ]);
    expect(validUntil).toBe('2026-07-01');
  });

  it('keeps values of findings short, and ignores days that do not exist', () => {
    const rules = ruleSet({ A1: ['error', until(fail('😀'.repeat(5000)), 'soon')] });
    const { findings, validUntil } = assess(internet(), [rules]);
    expect(findings).toEqual([['A1', 'fail', `${'😀'.repeat(500)}…`]]);
    expect(validUntil).toBeNull();
    expect(shownText('é'.repeat(201))).toBe(`${'é'.repeat(200)}…`);
    expect(shownText({ toString: 1 })).toBe('{"toString":1}');
    expect(shownText(`${'x'.repeat(199)}😀`)).toBe(`${'x'.repeat(199)}\uFFFD…`);
  });
});

describe('findings', () => {
  const older = ruleSet({ A1: ['warning', fail()] }, { version: '1', effectiveTo: '2026-06-30' });
  const newer = ruleSet({ A1: ['error', fail()] }, { version: '2', effectiveFrom: '2026-07-01' });

  it('have a text with their values, of the version that applied', () => {
    expect(
      findingViews({ findings: [['A1', 'fail', 'x', 2]], ruleSets: ['test@2'] }, [older, newer]),
    ).toEqual([
      {
        code: 'A1',
        ruleSet: 'test@2',
        severity: 'error',
        result: 'fail',
        pointer: '/name',
        message: 'Failed with x and 2.',
        citation: '1 CFR 1',
        proposedForRepeal: false,
      },
    ]);
    expect(findingView(['A1', 'missing'], [older])?.message).toBe('Information is missing: Check A1.');
  });

  it('are left out if their check no longer exists', () => {
    expect(findingViews({ findings: [['Z9', 'fail']], ruleSets: ['test@1'] }, [older])).toEqual([]);
  });
});

it('covered states are those of the area and of its ZIP codes', () => {
  expect(coveredStates(null)).toBeNull();
  expect(coveredStates({ zipCodes: ['77001', '94102', '73960', '00000'], states: ['NV'] })).toEqual([
    'CA',
    'NV',
    'TX',
  ]);
  expect(coveredStates({ zipCodes: [], states: null })).toEqual([]);
});

it('days, amounts and lists', () => {
  expect([addDays('2028-02-28', 1), addDays('2026-01-01', -1), addYears('2024-02-29', 1)]).toEqual([
    '2028-02-29',
    '2025-12-31',
    '2025-03-01',
  ]);
  // Many write that a license never expires as the last day of the year 9999.
  expect([addDays('9999-12-31', 1), addDays('0001-01-02', -60), addYears('9998-12-31', 2)]).toEqual([
    '9999-12-31',
    '0001-01-01',
    '9999-12-31',
  ]);
  expect([59.9, 0.29, 84.5101, 1e10].map(amountText)).toEqual(['59.90', '0.29', '84.5101', '10000000000.00']);
  expect([listText([]), listText(['a']), listText(['a', 'b', 'c']), listText(['a', 'b', 'c'], 1)]).toEqual([
    '',
    'a',
    'a, b and c',
    'a and 2 more',
  ]);
});

it('codes and IDs of the rule sets are unique', () => {
  expect(applyRulesFile({ ruleSets: [] }, builtInRuleSets)).toEqual({
    ruleSets: builtInRuleSets,
    errors: [],
  });
});

describe('the file of the operator', () => {
  const [, example = ''] = /```json\n([^`]+)```/.exec(readSource('docs/compliance.md')) ?? [];
  const apply = (...ruleSets: object[]) => applyRulesFile({ ruleSets }, builtInRuleSets);
  const messages = (...ruleSets: object[]) => apply(...ruleSets).errors.map(({ message }) => message);
  const label = { id: 'us-fcc-broadband-label', version: '2024-10-10' };
  const rules = {
    id: 'acme-rules',
    version: '1',
    title: 'Rules',
    jurisdiction: 'US-CA',
    category: 'internet',
    effectiveFrom: '2026-01-01',
    citation: 'Terms',
    source: 'Terms',
  };
  const check = (declared: object) => ({
    ...rules,
    checks: { M1: { severity: 'error', title: 'x', ...declared } },
  });

  it('in the documentation is valid, and does what it says', () => {
    const { ruleSets, errors } = applyRulesFile(JSON.parse(example), builtInRuleSets);
    expect(errors).toEqual([]);
    const subject = (changes = {}) => internet({ contract: { months: 36, required: true }, ...changes });
    const before = assess(subject({ $on: '2026-12-31', $states: ['NV'] }), ruleSets);
    const after = assess(subject({ $on: '2027-01-01', $states: ['TX'] }), ruleSets);
    expect([before.ruleSets, before.validUntil]).toEqual([
      ['us-fcc-broadband-label@2024-10-10', 'offer-data@2024-01-01', 'acme-market-rules@1'],
      '2027-01-01',
    ]);
    expect(before.findings).toContainEqual(['M1', 'fail', '36']);
    expect(after.ruleSets).toEqual(['offer-data@2024-01-01', 'us-fcc-broadband-label@2027-01-01']);
    expect(findingView(['M1', 'fail', '36'], ruleSets)?.message).toBe(
      'The contract has 36 months; 24 are allowed.',
    );
    const i02 = ruleSets.at(-2)?.checks.find(({ code }) => code === 'I02');
    expect([i02?.severity, i02?.citation]).toEqual(['warning', '47 CFR 8.1(a)(1)']);
    expect(ruleSets.at(-2)?.checks.map(({ code }) => code)).not.toContain('I14');
    const alarm = { category: 'security', name: 'Watch', $states: ['AL', 'GA', 'TX'] };
    expect(assess(subjectWith(alarm), ruleSets).findings).toContainEqual(['S02', 'missing', 'GA and TX']);
    expect(assess(subjectWith(alarm), ruleSets).findings).toContainEqual(['S02b', 'needsReview', 'AL']);
  });

  it.each<[string, object, string, string]>([
    ['value', { require: 'value', pointer: '/description' }, 'missing', 'pass'],
    ['pattern', { require: 'pattern', pointer: '/name', pattern: '^Fibre \\d+$' }, 'fail', 'pass'],
    ['enum', { require: 'enum', pointer: '/pricingType', values: ['fixed'] }, 'missing', 'pass'],
    ['https', { require: 'https', pointer: '/imageUrl' }, 'fail', 'pass'],
    ['range', { require: 'range', pointer: '/monthlyPrice', max: 50 }, 'fail', 'pass'],
    ['area', { require: 'value', pointer: '/serviceArea' }, 'missing', 'pass'],
    ['license', { require: 'license', kind: 'alarm_company', states: ['CA'] }, 'missing', 'pass'],
    ['optional', { require: 'value', pointer: '/description', optional: true }, 'notApplicable', 'pass'],
  ])('declares checks: %s', (_, declared, before, after) => {
    const { ruleSets, errors } = apply(check(declared));
    expect(errors).toEqual([]);
    const resultOf = (changes: object) =>
      ruleSets.at(-1)?.checks[0]?.check(internet({ $states: ['CA', 'NV'], ...changes })).result;
    expect(resultOf({ imageUrl: 'http://isp.example', monthlyPrice: 51 })).toBe(before);
    const complete = {
      description: 'x',
      name: 'Fibre 5',
      pricingType: 'fixed',
      imageUrl: 'https://isp.example',
    };
    const license = { kind: 'alarm_company', state: 'CA', number: '1', holder: null, expiresOn: null };
    const area = { zipCodes: null, states: ['CA', 'NV'] };
    expect(resultOf({ ...complete, monthlyPrice: 50, $licenses: [license], $area: area })).toBe(after);
    // Unknown members of an offer can have any value.
    const hostile = { toString: 1, valueOf: 1 };
    for (const name of ['description', 'name', 'pricingType', 'imageUrl'])
      expect(() => resultOf({ [name]: hostile })).not.toThrow();
  });

  it('is refused with the path of every error', () => {
    expect(applyRulesFile([], builtInRuleSets).errors.map(({ message }) => message)).toEqual([
      'The body must be a JSON object',
    ]);
    expect(messages({ id: 'X', version: '1', colour: 'red', effectiveFrom: '2026-02-30' })).toEqual([
      'ruleSets[0].colour is not a known field',
      'ruleSets[0].id must consist of lower-case words and hyphens, such as us-fcc-broadband-label',
      'ruleSets[0].effectiveFrom must be a date such as 2026-01-31',
    ]);
    expect(messages({ ...label, checks: { I02: { severity: 'fatal' }, I99: null, I98: {} } })).toEqual([
      'ruleSets[0].checks.I02.severity must be one of error, warning',
    ]);
    expect(messages({ ...label, checks: { I99: null, I98: {}, I01: { min: 1 } } })).toEqual([
      'ruleSets[0].checks.I01.min requires a check that is declared with require',
      'ruleSets[0].checks.I99 is not a check of the rule set, so that it cannot be removed',
      'ruleSets[0].checks.I98.require is required for a check that no rule set has yet',
    ]);
    expect(messages({ ...label, effectiveTo: '2024-10-09' })).toEqual([
      'ruleSets[0].effectiveTo must not be before effectiveFrom, which is 2024-10-10',
    ]);
    expect(messages({ id: label.id, version: '2', basedOn: '1' })[0]).toBe(
      'ruleSets[0].basedOn is not a version of us-fcc-broadband-label; its versions are 2024-10-10',
    );
    expect(messages({ id: label.id, version: '2', basedOn: '2024-10-10' })).toEqual([
      'ruleSets[0].effectiveFrom lets us-fcc-broadband-label@2 apply on the same days as us-fcc-broadband-label@2024-10-10; end the older one with effectiveTo',
    ]);
    expect(messages({ id: 'acme', version: '1', alarmStates: {} })).toHaveLength(8);
    expect(messages(check({ require: 'range', pointer: '/name' }))).toEqual([
      'ruleSets[0].checks.M1.min or max is required with require: range',
    ]);
    expect(messages(check({ require: 'license', kind: 'alarm_companies' }))).toEqual([
      'ruleSets[0].checks.M1.kind must be one of puct_rep, puct_broker, alarm_company, insurance_producer',
    ]);
    expect(messages(check({ require: 'pattern', pointer: '/name', pattern: '(' }))).toEqual([
      'ruleSets[0].checks.M1.pattern must be a regular expression such as ^\\d{5}$',
    ]);
    expect(
      messages({
        ...rules,
        checks: { I02: { require: 'value', severity: 'error', title: 'x', pointer: '/name' } },
      }),
    ).toEqual(['ruleSets[0].checks.I02 is a check of us-fcc-broadband-label too; codes are unique']);
  });
});
