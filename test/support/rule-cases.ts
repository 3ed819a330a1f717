import type { ProviderLicense, RuleSet, Subject } from '../../src/compliance/engine/rule-set.js';
import { messageOf } from '../../src/compliance/engine/finding-view.js';
import { defaults } from '../../src/offers/input/resolve-fields.js';
import type { OfferFields } from '../../src/offers/offer-fields.js';
import { pricingOf } from '../../src/offers/pricing/pricing.js';

type Json = Record<string, unknown>;

/**
 * What differs from a complete offer: values by their path, undefined for none. `$states`, `$licenses` and `$on` change the
 * rest of the subject; `$args` are the values that the message must contain.
 */
export type RuleCase = Record<string, unknown>;

const results = ['pass', 'fail', 'missing', 'needsReview', 'notApplicable'] as const;
type Result = (typeof results)[number];

/** Cases of a check by their result, and why results that every check should have cannot occur. */
export type RuleCases = Record<
  string,
  Partial<Record<Result, RuleCase | RuleCase[]>> & {
    never?: Partial<Record<'pass' | 'fail' | 'missing', string>>;
  }
>;

function setAt(target: Json, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let object = target;
  for (const step of steps) object = (object[step] ??= {}) as Json;
  if (value === undefined) delete object[last];
  else object[last] = value;
}

/** Returns an offer as the checks read it. */
export function subjectWith(base: Json, changes: RuleCase = {}): Subject {
  const offer = structuredClone({ ...defaults, currency: 'USD', ...base }) as unknown as Json;
  for (const [path, value] of Object.entries(changes)) if (!path.startsWith('$')) setAt(offer, path, value);
  const { $area = null, $states = null, $licenses = [], $on = '2026-11-28' } = { ...base, ...changes };
  const pricing = pricingOf(offer as unknown as OfferFields);
  return {
    offer: { ...offer, pricing, area: $area } as unknown as Subject['offer'],
    states: $states as string[] | null,
    provider: { name: 'Northwind', licenses: $licenses as ProviderLicense[] },
    on: $on as string,
  };
}

/** Declares the tests of a rule set: its cases, and that no check is without a pass, a fail and a missing case. */
export function testRuleSet(ruleSet: RuleSet, base: Json, cases: RuleCases): void {
  describe(`${ruleSet.id}@${ruleSet.version}`, () => {
    const rows = Object.entries(cases).flatMap(([code, byResult]) =>
      results.flatMap((result) =>
        [byResult[result] ?? []].flat().map((changes) => [code, result, changes] as const),
      ),
    );

    it.each(rows)('%s: %s with %j', (code, result, changes) => {
      const check = ruleSet.checks.find((each) => each.code === code);
      if (!check) throw new Error(`There is no check ${code}`);
      const outcome = check.check(subjectWith(base, changes));
      expect(outcome.result).toBe(result);
      if (changes.$args) expect(outcome.args).toEqual(changes.$args);
      if (result === 'pass' || result === 'notApplicable') return;
      expect(check.messages).toHaveProperty(result);
      expect(messageOf(check, result, outcome.args)).not.toMatch(/\{|undefined|NaN/);
    });

    it('has a pass, a fail and a missing case for every check, or says why not', () => {
      const lacking = ruleSet.checks.flatMap(({ code }) =>
        (['pass', 'fail', 'missing'] as const)
          .filter((result) => !cases[code]?.[result] && !cases[code]?.never?.[result])
          .map((result) => `${code} ${result}`),
      );
      expect(lacking).toEqual([]);
    });

    it('has no message for a result that cannot occur', () => {
      const needless = ruleSet.checks.flatMap(({ code, messages }) =>
        (['fail', 'missing'] as const)
          .filter((result) => messages[result] && cases[code]?.never?.[result])
          .map((result) => `${code} ${result}`),
      );
      expect(needless).toEqual([]);
    });

    it('never throws, whatever a stored offer contains', () => {
      const hostile = { toString: 1, valueOf: 1, name: { toString: 1 } };
      for (const value of ['text', 7, true, null, [], [null], {}, { name: 1 }, hostile, [hostile]]) {
        const data = ['serviceSpecificData', 'complianceData'].flatMap((member) =>
          Object.keys((base[member] ?? {}) as Json).map((key) => `${member}.${key}`),
        );
        const label = ['broadbandLabel', 'electricityFactsLabel'].flatMap((name) =>
          Object.keys(((base.complianceData as Json | undefined)?.[name] ?? {}) as Json).map(
            (key) => `complianceData.${name}.${key}`,
          ),
        );
        for (const path of [...data, ...label]) {
          const subject = subjectWith(base);
          setAt(subject.offer as unknown as Json, path, value);
          for (const { check } of ruleSet.checks) check(subject);
        }
      }
    });
  });
}
