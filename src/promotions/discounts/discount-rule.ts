import { subtractPercent } from '../../money/money.js';

export const discountKinds = ['PERCENT', 'AMOUNT'] as const;
export type DiscountKind = (typeof discountKinds)[number];

/** The value of a discount: `percent` (above 0, up to 100, four decimals) or `amounts` in minor units by currency. */
export interface DiscountRule {
  kind: DiscountKind;
  percent: number | null;
  amounts: Partial<Record<string, number>> | null;
}

/** A price in minor units. Gross equals discount plus net; none of them is negative. */
export interface PriceBreakdown {
  gross: bigint;
  discount: bigint;
  net: bigint;
}

export const withoutDiscount = (gross: bigint): PriceBreakdown => ({ gross, discount: 0n, net: gross });

/**
 * Applies a discount to a price. The net price is rounded down and never below 0; the discount is the remainder.
 * @returns undefined when the discount has no amount in the currency
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
