import { checksOf, fail, missing, notApplicable, pass, until, type CheckTest } from '../engine/checks.js';
import { dayAfter } from '../engine/days.js';
import type { RuleSet, Subject } from '../engine/rule-set.js';
import {
  amountText,
  complianceOf,
  exactAmount,
  listText,
  numberOf,
  numberOrNaN,
  objectOf,
  objectsOf,
  serviceOf,
  shownText,
  textOf,
} from '../engine/values.js';

const compliance = '/complianceData';
/** A cent, in ten-thousandths: parts can be rounded. */
const cent = 100;

const serviceTypeOf = (subject: Subject) => textOf(serviceOf(subject).serviceType)?.toLowerCase();

const statesServiceType: CheckTest = (subject) => {
  const type = serviceTypeOf(subject);
  if (type === undefined) return missing();
  return type === 'cable' || type === 'satellite' ? pass : fail(type);
};

const showsPrice = ({ offer }: Subject) =>
  offer.monthlyPrice !== null || (offer.introductory ?? null) !== null;

const hasAllInPrice: CheckTest = (subject) => {
  if (!showsPrice(subject)) return notApplicable;
  const { allInMonthlyPrice, allInMonthlyPriceLow, allInMonthlyPriceHigh } = complianceOf(subject);
  const value = allInMonthlyPrice ?? allInMonthlyPriceLow ?? allInMonthlyPriceHigh;
  if (value === undefined || value === null) return missing();
  return (numberOf(value) ?? -1) >= 0 ? pass : fail(shownText(value));
};

const programmingFees = {
  retransmissionFees: 'retransmission',
  regionalSportsFees: 'regional sports',
  otherProgrammingFees: 'other programming',
} as const;

const partsAddUp: CheckTest = (subject) => {
  const data = complianceOf(subject);
  const names = Object.keys(programmingFees) as (keyof typeof programmingFees)[];
  const fees = names.filter((name) => data[name] !== undefined);
  const base = numberOf(data.programmingBasePrice);
  if (fees.length === 0 && base === undefined) return notApplicable;
  const total = numberOf(data.allInMonthlyPrice);
  const absent = [
    ...(base === undefined ? ['programmingBasePrice'] : []),
    ...(total === undefined ? ['allInMonthlyPrice'] : []),
  ];
  if (base === undefined || total === undefined) return missing(listText(absent));
  const sum = fees.reduce((all, name) => all + exactAmount(numberOf(data[name]) ?? 0), exactAmount(base));
  return Math.abs(exactAmount(total) - sum) <= cent
    ? pass
    : fail(amountText(total), amountText(sum / 10_000));
};

/** Compares the price in the catalog with the all-in price, or with the lowest of its range. */
const headlineIsAllIn: CheckTest = (subject) => {
  const { monthlyPrice } = subject.offer;
  const { allInMonthlyPrice, allInMonthlyPriceLow, programmingBasePrice } = complianceOf(subject);
  const allIn = numberOf(allInMonthlyPrice) ?? numberOf(allInMonthlyPriceLow);
  if (allIn === undefined) return notApplicable;
  if (monthlyPrice === null) return missing();
  if (exactAmount(monthlyPrice) < exactAmount(allIn))
    return fail(amountText(monthlyPrice), amountText(allIn));
  const base = numberOf(programmingBasePrice);
  return base !== undefined && exactAmount(base) > exactAmount(allIn)
    ? fail(amountText(base), amountText(allIn))
    : pass;
};

const programming = /broadcast|retransmission|sports|programming|local (tv|station)/i;

const programmingFeesAreInside: CheckTest = ({ offer: { monthlyFees } }) => {
  if (!monthlyFees || monthlyFees.length === 0) return notApplicable;
  const outside = monthlyFees.filter(
    ({ name, mandatory }) => mandatory !== false && programming.test(shownText(name)),
  );
  return outside.length > 0 ? fail(listText(outside.map(({ name }) => `"${name}"`))) : pass;
};

const promotionHasEnd: CheckTest = (subject) => {
  const { introductory, monthlyPrice } = subject.offer;
  const end = textOf(complianceOf(subject).promotionEndDate);
  if (!introductory) return end === undefined ? notApplicable : missing('introductory');
  if (monthlyPrice === null) return missing('monthlyPrice');
  return numberOrNaN(introductory.months) >= 1 || end !== undefined ? pass : fail();
};

const promotionIsRunning: CheckTest = (subject) => {
  const end = textOf(complianceOf(subject).promotionEndDate);
  if (end === undefined) return notApplicable;
  return subject.on > end ? fail(end) : until(pass, dayAfter(end));
};

const rangeIsOrdered: CheckTest = (subject) => {
  const { allInMonthlyPriceLow, allInMonthlyPriceHigh, allInMonthlyPrice } = complianceOf(subject);
  const [low, high] = [numberOf(allInMonthlyPriceLow), numberOf(allInMonthlyPriceHigh)];
  if (low === undefined && high === undefined) return notApplicable;
  if (low === undefined || high === undefined)
    return missing(low === undefined ? 'allInMonthlyPriceLow' : 'allInMonthlyPriceHigh');
  const single = numberOf(allInMonthlyPrice);
  const isInside = single === undefined || (single >= low && single <= high);
  return low <= high && isInside ? pass : fail(amountText(low), amountText(high));
};

const bundleAddsUp: CheckTest = (subject) => {
  const { bundle } = complianceOf(subject);
  if (bundle === undefined || bundle === null) return notApplicable;
  const { price, televisionAmount, components } = objectOf(bundle);
  const [total, television] = [numberOf(price), numberOf(televisionAmount)];
  const parts = objectsOf(components);
  const absent = [
    ...(total === undefined ? ['price'] : []),
    ...(television === undefined ? ['televisionAmount'] : []),
    ...(parts.length === 0 ? ['components'] : []),
  ];
  if (total === undefined || television === undefined || parts.length === 0) return missing(listText(absent));
  const amounts = parts.map(({ amount }) => exactAmount(numberOf(amount) ?? 0));
  const sum = amounts.reduce((all, amount) => all + amount, 0);
  if (Math.abs(sum - exactAmount(total)) > cent) return fail(amountText(total), amountText(sum / 10_000));
  return exactAmount(television) <= exactAmount(total)
    ? pass
    : fail(amountText(total), amountText(television));
};

/** FCC all-in price for cable and satellite television. */
export const fccAllInPrice: RuleSet = {
  id: 'us-fcc-all-in-price',
  version: '2024-12-19',
  title: 'FCC all-in price for cable and satellite television',
  jurisdiction: 'US',
  category: 'television',
  effectiveFrom: '2024-12-19',
  effectiveTo: null,
  citation: '47 CFR 76.310',
  source:
    'FCC 24-29 (89 FR 28660), in effect since 19 April 2024; compliance notice 89 FR 87983. The days of compliance, 19 December 2024 and for small operators 19 March 2025, are not verified.',
  scope: 'Television by cable or satellite; `serviceSpecificData.serviceType` is not streaming.',
  applies: (subject) => serviceTypeOf(subject) !== 'streaming',
  checks: checksOf('47 CFR 76.310', [
    {
      code: 'T01',
      severity: 'error',
      title: 'The offer says how television is delivered.',
      pointer: '/serviceSpecificData/serviceType',
      messages: {
        missing:
          'The type of service is missing: cable, satellite, or streaming, to which the rule does not apply.',
        fail: 'The type of service is {0}; use cable, satellite or streaming.',
      },
      check: statesServiceType,
    },
    {
      code: 'T02',
      severity: 'error',
      title: 'Where a price is shown, the all-in price is one number, or a range by franchise area.',
      pointer: `${compliance}/allInMonthlyPrice`,
      messages: {
        missing: 'The offer shows a price, but the all-in price is missing.',
        fail: 'The all-in price is {0}, which is not an amount.',
      },
      check: hasAllInPrice,
    },
    {
      code: 'T03',
      severity: 'error',
      title: 'The all-in price is the sum of its base price and the fees for programming, to a cent.',
      pointer: `${compliance}/allInMonthlyPrice`,
      messages: {
        missing: 'Parts of the all-in price are given, but {0} is missing.',
        fail: 'The all-in price is {0}, but the base price and the fees for programming add up to {1}.',
      },
      check: partsAddUp,
    },
    {
      code: 'T04',
      severity: 'error',
      title: 'The price in the catalog is not below the all-in price.',
      pointer: '/monthlyPrice',
      messages: {
        missing: 'An all-in price is given, but the monthly price, which the catalog shows, is missing.',
        fail: 'The price {0} and the all-in price {1} contradict each other: the catalog must not show less than the all-in price, and its base must not exceed it.',
      },
      check: headlineIsAllIn,
    },
    {
      code: 'T05',
      severity: 'warning',
      title: 'Fees for programming are part of the all-in price; equipment and taxes are listed separately.',
      pointer: '/monthlyFees',
      messages: { fail: 'These additional monthly fees seem to be for programming: {0}.' },
      check: programmingFeesAreInside,
    },
    {
      code: 'T06',
      severity: 'error',
      title: 'A promotional price states how long it applies and the price afterwards.',
      pointer: '/introductory',
      messages: {
        missing: 'The offer has a promotional price, but {0} is missing.',
        fail: 'The promotional price states neither its months nor its last day.',
      },
      check: promotionHasEnd,
    },
    {
      code: 'T06a',
      severity: 'warning',
      title: 'The promotion has not ended.',
      pointer: `${compliance}/promotionEndDate`,
      messages: { fail: 'The promotion ended on {0}.' },
      check: promotionIsRunning,
    },
    {
      code: 'T07',
      severity: 'error',
      title: 'An all-in price that depends on the franchise area is a range.',
      pointer: `${compliance}/allInMonthlyPriceLow`,
      citation: '47 CFR 76.310, 76.946',
      messages: {
        missing: 'The range of all-in prices has one end only: {0} is missing.',
        fail: 'The all-in prices range from {0} to {1}: the range must ascend, and a single all-in price must be inside.',
      },
      check: rangeIsOrdered,
    },
    {
      code: 'T08',
      severity: 'error',
      title: 'A bundle states which part of its price is for television, and its parts add up, to a cent.',
      pointer: `${compliance}/bundle`,
      messages: {
        missing: 'The bundle lacks {0}.',
        fail: 'The bundle costs {0}, but its parts add up to {1}, or television costs more than the bundle.',
      },
      check: bundleAddsUp,
    },
  ]),
};
