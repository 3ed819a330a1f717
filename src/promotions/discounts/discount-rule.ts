import { subtractPercent } from '../../money/money.js';

export const discountKinds = ['PERCENT', 'AMOUNT'] as const;
export type DiscountKind = (typeof discountKinds)[number];

/**
 * The value of a discount: `percent` (above 0 and at most 100, with up to four decimal places) or `amounts`
 * in minor units, keyed by currency.
 */
export interface DiscountRule {
  kind: DiscountKind;
  percent: number | null;
  amounts: Partial<Record<string, number>> | null;
}

/** A price in minor units. `gross` equals `discount` plus `net`; no value is negative. */
export interface PriceBreakdown {
  gross: bigint;
  discount: bigint;
  net: bigint;
}

export const withoutDiscount = (gross: bigint): PriceBreakdown => ({ gross, discount: 0n, net: gross });

/**
 * Applies a discount to a price. The net price is rounded down and never negative; the discount is the
 * difference.
 * @returns undefined if the discount has no amount in the currency
 */
export function applyDiscount(
  gross: bigint,
  currency: string,
  rule: DiscountRule,
): PriceBreakdown | undefined {
  const net = netPrice(gross, currency, rule);
  return net === undefined ? undefined : { gross, discount: gross - net, net };
}

function netPrice(gross: bigint, currency: string, { percent, amounts }: DiscountRule): bigint | undefined {
  if (percent !== null) return subtractPercent(gross, percent);
  const amount = amounts?.[currency];
  if (amount === undefined) return undefined;
  return gross > BigInt(amount) ? gross - BigInt(amount) : 0n;
}
