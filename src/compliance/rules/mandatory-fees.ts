import { checksOf, fail, missing, needsReview, notApplicable, pass, until } from '../engine/checks.js';
import { earlierDay } from '../engine/days.js';
import type { Outcome, RuleSet, Subject } from '../engine/rule-set.js';
import { amountText, exactAmount, listText } from '../engine/values.js';

/** A law that advertised prices must contain all mandatory fees. */
interface FeeLaw {
  state: string;
  /** The first day on which it applies; null if it was not found. */
  from: string | null;
  citation: string;
}

/** Source: Kelley Drye, "2025 year in review: junk fee laws"; Wiley, 18 November 2025. */
const feeLaws: readonly FeeLaw[] = [
  { state: 'CA', from: '2024-07-01', citation: 'SB 478' },
  { state: 'MN', from: '2025-01-01', citation: 'Minnesota act on mandatory fees' },
  { state: 'MA', from: '2025-09-02', citation: '940 CMR 38' },
  { state: 'CO', from: '2026-01-01', citation: 'HB25-1090' },
  { state: 'CT', from: null, citation: 'act of 2025' },
  { state: 'OR', from: null, citation: 'act of 2025' },
  { state: 'VA', from: null, citation: 'act of 2025' },
];

const covers = ({ states }: Subject, state: string) => states === null || states.includes(state);

function pricesContainFees(subject: Subject): Outcome {
  const { monthlyPrice, pricing } = subject.offer;
  const laws = feeLaws.filter(({ state }) => covers(subject, state));
  const inForce = laws.filter(({ from }) => from !== null && from <= subject.on);
  let changesOn: string | undefined;
  for (const { from } of laws)
    if (from !== null && from > subject.on) changesOn = earlierDay(changesOn, from);
  const undated = laws.filter(({ from }) => from === null);
  if (inForce.length === 0 && undated.length === 0) return until(notApplicable, changesOn);
  const { allInMonthly } = pricing;
  const states = listText((inForce.length > 0 ? inForce : undated).map(({ state }) => state));
  if (monthlyPrice === null || allInMonthly === null) return until(missing(states), changesOn);
  if (exactAmount(monthlyPrice) >= exactAmount(allInMonthly)) return until(pass, changesOn);
  if (inForce.length === 0) return until(needsReview(states), changesOn);
  return until(fail(amountText(allInMonthly), amountText(monthlyPrice), states), changesOn);
}

/** State laws on mandatory ("junk") fees. */
export const mandatoryFees: RuleSet = {
  id: 'us-state-mandatory-fees',
  version: '2026-01-01',
  title: 'State laws on mandatory fees',
  jurisdiction: 'US',
  category: null,
  effectiveFrom: '2024-07-01',
  effectiveTo: null,
  citation: 'State laws on mandatory fees',
  source:
    'Kelley Drye, "2025 year in review: junk fee laws"; Wiley, 18 November 2025. Some of the laws exempt services with an FCC label; this is not verified and not taken into account.',
  scope: 'Offers that are available in one of the listed states.',
  general: true,
  data: { states: feeLaws },
  applies: ({ states }) => states === null || feeLaws.some(({ state }) => states.includes(state)),
  checks: checksOf('State laws on mandatory fees', [
    {
      code: 'G1',
      severity: 'warning',
      title: 'Advertised prices contain all mandatory monthly fees.',
      pointer: '/pricing/allInMonthly',
      messages: {
        missing: 'The total monthly price, which must be advertised in {0}, is unknown.',
        fail: 'Advertise {0} per month (`pricing.allInMonthly`) rather than {1} in {2}, where prices must contain all mandatory fees.',
        needsReview:
          'The monthly price does not contain all mandatory fees. Laws of {0} demand that; since when they apply is not known here.',
      },
      check: pricesContainFees,
    },
  ]),
};
