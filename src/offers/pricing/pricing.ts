import { currencyExponent } from '../../money/currency.js';
import { scaledBy } from '../../money/exact.js';
import { maxAmount } from '../../money/money-fields.js';
import { fromMinorUnits } from '../../money/money.js';
import { categories } from '../categories/all-categories.js';
import type { Category } from '../categories/category.js';
import type { OfferFields } from '../offer-fields.js';
import { sumOfSetupFees } from './fees.js';
import type { Pricing } from './pricing-view.js';

/** The fields of an offer from which its pricing follows. Their amounts fit the currency. */
export type PricedFields = Pick<
  OfferFields,
  | 'currency'
  | 'monthlyPrice'
  | 'introductory'
  | 'monthlyFees'
  | 'oneTimeFees'
  | 'fees'
  | 'category'
  | 'serviceSpecificData'
  | 'complianceData'
>;

const maxExact = BigInt(Number.MAX_SAFE_INTEGER);
const unknownPerKwh = { 500: null, 1000: null, 2000: null } as const;

/** Computes what a customer pays. A value that cannot be known is null. */
export function pricingOf(offer: PricedFields): Pricing {
  const { currency, monthlyPrice, introductory } = offer;
  const { prices }: Category = offer.category ? categories[offer.category] : categories.other;
  const service = (offer.serviceSpecificData ?? {}) as Record<string, unknown>;
  const compliance = (offer.complianceData ?? {}) as Record<string, unknown>;
  const unit = 10 ** currencyExponent(currency);
  // Amounts have so few digits that this rounds to the exact number, ten times as fast as through their text.
  const minor = (amount: number) => BigInt(Math.round(amount * unit));
  const major = (amount: bigint | null) => {
    if (amount === null) return null;
    return amount <= maxExact ? Number(amount) / unit : fromMinorUnits(amount, currency);
  };

  const regular = monthlyPrice === null ? null : minor(monthlyPrice);
  const fees = sumOfMandatory(offer.monthlyFees, minor);
  const setup = setupOf(offer, minor);
  const stated = minorOf(prices?.allInMonthly?.(compliance), currency);
  const allIn = highest(regular === null ? null : regular + fees, stated);
  // What is paid in addition to the price, in every month.
  const extra = regular === null || allIn === null ? fees : allIn - regular;
  const first = introductory ? minor(introductory.monthlyPrice) + extra : null;

  const costOver = (months: number): number | null => {
    const introductoryMonths = introductory ? Math.min(months, introductory.months) : 0;
    const regularMonths = months - introductoryMonths;
    if (regularMonths > 0 && allIn === null) return null;
    const paid = (first ?? 0n) * BigInt(introductoryMonths) + (allIn ?? 0n) * BigInt(regularMonths);
    return major(paid + (setup ?? 0n));
  };
  return {
    currency,
    firstMonthly: introductory ? introductory.monthlyPrice : monthlyPrice,
    regularMonthly: monthlyPrice,
    allInMonthly: major(allIn),
    setupFee: major(setup),
    costOver12Months: costOver(12),
    costOver24Months: costOver(24),
    perKwh: prices?.perKwh?.(service, compliance, currency) ?? unknownPerKwh,
  };
}

type ToMinor = (amount: number) => bigint;

const sumOfMandatory = (fees: readonly { amount: number; mandatory?: boolean }[] | null, minor: ToMinor) =>
  (fees ?? []).reduce((sum, { amount, mandatory }) => (mandatory === false ? sum : sum + minor(amount)), 0n);

/** Returns the sum of the fees at the start; null if none are given. An empty list says that there are none. */
function setupOf({ fees, oneTimeFees }: PricedFields, minor: ToMinor): bigint | null {
  const setup = sumOfSetupFees(fees, minor);
  return oneTimeFees === null ? setup : (setup ?? 0n) + sumOfMandatory(oneTimeFees, minor);
}

/** Converts an amount that a provider stated with any number of decimal places, rounded half up; null if impossible. */
const minorOf = (amount: unknown, currency: string) =>
  typeof amount === 'number' && amount <= maxAmount ? scaledBy(currencyExponent(currency), amount) : null;

function highest(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
