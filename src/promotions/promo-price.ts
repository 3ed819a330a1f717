import { subtractPercent } from '../money/money.js';

export const discountKinds = ['PERCENT', 'AMOUNT'] as const;
export type DiscountKind = (typeof discountKinds)[number];

/** What is taken off: `percent` (0 to 100, four decimals) or minor units by currency. */
export interface DiscountRule {
  kind: DiscountKind;
  percent: number | null;
  amounts: Partial<Record<string, number>> | null;
}

/** A price in minor units; gross is always discount plus net, and none of them is negative. */
export interface DiscountedPrice {
  gross: bigint;
  discount: bigint;
  net: bigint;
}

/** The price without any discount. */
export const fullPrice = (gross: bigint): DiscountedPrice => ({ gross, discount: 0n, net: gross });

/**
 * The price after the discount. The net price is rounded down and never below 0; the discount is the remainder.
 * Undefined when the discount has no amount in the currency.
 */
export function discounted(gross: bigint, currency: string, rule: DiscountRule): DiscountedPrice | undefined {
  const net = netOf(gross, currency, rule);
  return net === undefined ? undefined : { gross, discount: gross - net, net };
}

function netOf(gross: bigint, currency: string, { percent, amounts }: DiscountRule): bigint | undefined {
  if (percent !== null) return subtractPercent(gross, percent);
  const amount = amounts?.[currency];
  if (amount === undefined) return undefined;
  return gross > BigInt(amount) ? gross - BigInt(amount) : 0n;
}
