import type { Check, Outcome, RuleSet, Subject } from '../../src/compliance/engine/rule-set.js';
import { AssessmentJobs } from '../../src/compliance/assessment/assessment-jobs.js';
import { RulesInEffect } from '../../src/compliance/assessment/rules-in-effect.js';
import type { Harness } from './harness.js';

/*
 * Small rules for tests of how offers are assessed. What the real rules say is tested elsewhere.
 */

const checkOf = (code: string, pointer: string, check: (subject: Subject) => Outcome): Check => ({
  code,
  severity: 'error',
  title: `The rule of ${pointer}.`,
  pointer,
  messages: { missing: `${pointer} is missing.`, fail: 'It is {0}, which is too much.' },
  citation: 'Rules of the test',
  check,
});

/** Requires a description, and a price of at most 100. */
export const internetRules: RuleSet = {
  id: 'test-internet',
  version: '1',
  title: 'Internet',
  jurisdiction: 'US',
  category: 'internet',
  effectiveFrom: '2020-01-01',
  effectiveTo: null,
  citation: 'Rules of the test',
  source: 'test',
  scope: 'All internet offers.',
  applies: () => true,
  checks: [
    checkOf('T1', '/description', ({ offer }) => ({ result: offer.description ? 'pass' : 'missing' })),
    checkOf('T2', '/monthlyPrice', ({ offer: { monthlyPrice } }) =>
      monthlyPrice !== null && monthlyPrice > 100
        ? { result: 'fail', args: [monthlyPrice] }
        : { result: 'pass' },
    ),
  ],
};

/** From 2030 on, requires a SKU as well. */
export const internetRulesOf2030: RuleSet = {
  ...internetRules,
  id: 'test-internet-2030',
  effectiveFrom: '2030-01-01',
  checks: [checkOf('T3', '/sku', ({ offer }) => ({ result: offer.sku ? 'pass' : 'missing' }))],
};

/** Requires a license in each state that the offer covers, and of resellers one of theirs. */
export const securityRules: RuleSet = {
  ...internetRules,
  id: 'test-security',
  category: 'security',
  checks: [
    checkOf('T4', '/serviceArea', ({ provider, states, on }) => {
      const held = (states ?? []).map((state) =>
        provider.licenses.find((license) => license.kind === 'alarm_company' && license.state === state),
      );
      if (held.includes(undefined)) return { result: 'missing' };
      const ends = held.flatMap((license) => license?.expiresOn ?? []);
      if (ends.some((end) => end < on)) return { result: 'fail', args: [ends.toSorted()[0] ?? ''] };
      return {
        result: 'pass',
        ...(ends.length > 0 ? { changesOn: dayAfter(ends.toSorted()[0] ?? '') } : {}),
      };
    }),
  ],
  resellerLicenses: ({ states }) => (states ?? []).map((state) => `alarm_company:${state}`),
};

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

/** Makes these rules those in effect, as a start with them does, and has the offers assessed at once. */
export async function setRules({ app }: Harness, ...rules: RuleSet[]): Promise<void> {
  app.get(RulesInEffect).ruleSets = rules;
  const jobs = app.get(AssessmentJobs);
  jobs.settleSeconds = 0;
  await jobs.adoptRules();
}
