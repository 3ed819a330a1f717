import type { Taxes } from '../../offers/pricing/price-fields.js';
import type { MonthlyFee } from '../../offers/pricing/price-fields.js';
import { sumOfAmounts } from './exact-sum.js';
import { knownAmount, knownText, knownUrl, type LooseData } from './known.js';
import {
  earlyTerminationOf,
  labelContractOf,
  labelIntroductoryOf,
  oneTimeFeesOf,
  type EarlyTermination,
  type LabelContract,
  type LabelFee,
  type LabelIntroductory,
} from './label-fees.js';
import type { LabelSource } from './label-source.js';

/** Parts of the all-in price, by the member of `complianceData` that states them. */
const programmingParts = {
  retransmissionFees: 'Broadcast retransmission fees',
  regionalSportsFees: 'Regional sports fees',
  otherProgrammingFees: 'Other programming fees',
} as const;

/** What is charged beside the programming. */
const otherCharges = {
  equipmentFees: 'Equipment',
  franchiseFees: 'Franchise fees',
  regulatoryFees: 'Regulatory fees',
} as const;

/** The values of the card with the aggregate price of video programming (47 CFR 76.310). */
export interface AllInPrice {
  kind: 'allInPrice';
  provider: string;
  plan: string;
  currency: string;
  /** What all programming costs per month; null if unknown. */
  allInPrice: number | null;
  /** The lowest and highest price, if it depends on the franchise area. */
  allInPriceRange: { low: number; high: number } | null;
  /** The parts of that price, if they add up to it. */
  basePrice: number | null;
  programmingFees: LabelFee[];
  /** What is charged per month in addition to the price; null if the offer does not state whether anything is. */
  otherMonthlyFees: LabelFee[] | null;
  oneTimeFees: LabelFee[] | null;
  taxes: Taxes | null;
  introductory: LabelIntroductory | null;
  introductoryPrice: number | null;
  /** The last day of the promotion. */
  promotionEndDate: string | null;
  contract: LabelContract | null;
  earlyTermination: EarlyTermination;
  channelCount: number | null;
  privacyUrl: string | null;
}

export function allInPriceOf(offer: LabelSource): AllInPrice {
  const { compliance, currency, service } = offer;
  const parts = partsOf(offer);
  const stated = knownAmount(compliance.allInMonthlyPrice);
  const computed =
    parts.basePrice === null
      ? null
      : sumOfAmounts(currency, [parts.basePrice, ...parts.programmingFees.map(({ amount }) => amount)]);
  const addsUp = stated === null || stated === computed;
  const low = knownAmount(compliance.allInMonthlyPriceLow);
  const high = knownAmount(compliance.allInMonthlyPriceHigh);
  const range = low === null || high === null ? null : { low, high };
  return {
    kind: 'allInPrice',
    provider: knownText(compliance.providerName) ?? offer.providerName,
    plan: offer.name,
    currency,
    allInPrice: stated ?? (range ? null : computed),
    allInPriceRange: range,
    basePrice: addsUp && !range ? parts.basePrice : null,
    programmingFees: addsUp && !range ? parts.programmingFees : [],
    otherMonthlyFees: otherFeesOf(offer),
    oneTimeFees: oneTimeFeesOf(offer),
    taxes: offer.taxes,
    introductory: labelIntroductoryOf(offer),
    introductoryPrice: offer.introductory?.monthlyPrice ?? null,
    promotionEndDate: knownText(compliance.promotionEndDate),
    contract: labelContractOf(offer),
    earlyTermination: earlyTerminationOf(offer),
    channelCount: knownAmount(service.channelCount),
    privacyUrl: knownUrl(compliance.privacyPolicyUrl),
  };
}

/** Returns the parts that the offer states, or else its price and the fees for programming among the monthly fees. */
function partsOf(offer: LabelSource): Pick<AllInPrice, 'basePrice' | 'programmingFees'> {
  const stated = statedFees(offer.compliance, programmingParts);
  const base = knownAmount(offer.compliance.programmingBasePrice);
  if (base !== null || stated.length > 0)
    return { basePrice: base ?? offer.monthlyPrice, programmingFees: stated };
  const fees = (offer.monthlyFees ?? []).filter(isProgramming);
  return { basePrice: offer.monthlyPrice, programmingFees: fees.map(feeOf) };
}

/** Equipment, taxes and fees of authorities are not parts of the price. */
const isProgramming = ({ kind, mandatory, name }: MonthlyFee) =>
  mandatory !== false && kind !== 'equipment' && !/franchise|regulat|tax|government/i.test(name);

function otherFeesOf({ monthlyFees, compliance }: LabelSource): LabelFee[] | null {
  const others = (monthlyFees ?? []).filter((fee) => !isProgramming(fee)).map(feeOf);
  const listed = statedFees(compliance, otherCharges).filter(
    ({ amount }) => !others.some((fee) => fee.amount === amount),
  );
  return monthlyFees === null && listed.length === 0 ? null : [...others, ...listed];
}

const statedFees = (compliance: LooseData, names: Readonly<Record<string, string>>): LabelFee[] =>
  Object.entries(names).flatMap(([member, name]) => {
    const amount = knownAmount(compliance[member]);
    return amount === null ? [] : [{ name, amount, optional: false }];
  });

const feeOf = ({ name, amount, mandatory }: MonthlyFee): LabelFee => ({
  name,
  amount,
  optional: mandatory === false,
});
