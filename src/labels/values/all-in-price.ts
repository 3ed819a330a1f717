import { sumOfAmounts } from './exact-sum.js';
import type { Taxes } from '../../offers/pricing/price-fields.js';
import { knownAmount, knownText, knownUrl } from './known.js';
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

/** What is charged beside the programming, by the member of `complianceData` that states it. */
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
  /** The parts of that price, if they add up to it. */
  basePrice: number | null;
  programmingFees: LabelFee[];
  /** What is charged per month in addition to the price; null if the offer does not state whether anything is. */
  otherMonthlyFees: LabelFee[] | null;
  oneTimeFees: LabelFee[] | null;
  taxes: Taxes | null;
  introductory: LabelIntroductory | null;
  introductoryPrice: number | null;
  contract: LabelContract | null;
  earlyTermination: EarlyTermination;
  channelCount: number | null;
  privacyUrl: string | null;
}

export function allInPriceOf(offer: LabelSource): AllInPrice {
  const { compliance, currency, monthlyPrice, service } = offer;
  const fees = offer.monthlyFees ?? [];
  const isProgramming = ({ kind, mandatory }: (typeof fees)[number]) =>
    mandatory !== false && kind !== 'equipment';
  const toFee = ({ name, amount, mandatory }: (typeof fees)[number]): LabelFee => ({
    name,
    amount,
    optional: mandatory === false,
  });
  const programmingFees = fees.filter(isProgramming).map(toFee);
  const stated = knownAmount(compliance.allInMonthlyPrice);
  const computed =
    monthlyPrice === null
      ? null
      : sumOfAmounts(currency, [monthlyPrice, ...programmingFees.map(({ amount }) => amount)]);
  const others = fees.filter((fee) => !isProgramming(fee)).map(toFee);
  const listed = Object.entries(otherCharges).flatMap(([member, name]) => {
    const amount = knownAmount(compliance[member]);
    const isListed = others.some((fee) => fee.amount === amount);
    return amount === null || isListed ? [] : [{ name, amount, optional: false }];
  });
  const addsUp = stated === null || stated === computed;
  return {
    kind: 'allInPrice',
    provider: knownText(compliance.providerName) ?? offer.providerName,
    plan: offer.name,
    currency,
    allInPrice: stated ?? computed,
    basePrice: addsUp ? monthlyPrice : null,
    programmingFees: addsUp ? programmingFees : [],
    otherMonthlyFees: offer.monthlyFees === null && listed.length === 0 ? null : [...others, ...listed],
    oneTimeFees: oneTimeFeesOf(offer),
    taxes: offer.taxes,
    introductory: labelIntroductoryOf(offer),
    introductoryPrice: offer.introductory?.monthlyPrice ?? null,
    contract: labelContractOf(offer),
    earlyTermination: earlyTerminationOf(offer),
    channelCount: knownAmount(service.channelCount),
    privacyUrl: knownUrl(compliance.privacyPolicyUrl),
  };
}
