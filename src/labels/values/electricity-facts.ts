import type { EnergyCharges, EnergyRate } from '../../offers/categories/energy-charges.js';
import { chargesOf } from '../../offers/categories/energy.js';
import { cliffsOf, priceAt } from '../../offers/pricing/energy-bill.js';
import { labelUsages } from '../../offers/pricing/per-kwh.js';
import { knownAmount, knownFlag, knownText, knownUrl, looseData } from './known.js';
import {
  earlyTerminationOf,
  monthlyFeesOf,
  oneTimeFeesOf,
  type EarlyTermination,
  type LabelFee,
} from './label-fees.js';
import type { LabelSource } from './label-source.js';

/** The average price at a monthly usage, in cents per kWh, rounded half up to a tenth; null if unknown. */
export interface AveragePrice {
  usageKwh: number;
  centsPerKwh: number | null;
}

/** The price of energy in a range of usage. */
export interface EnergyStep {
  fromKwh: number;
  /** Null if there is no end. */
  toKwh: number | null;
  centsPerKwh: number;
  /** Share of the usage to which the price applies, if it depends on the time of use. */
  sharePercent: number;
}

export interface LabelCharges {
  energy: EnergyStep[];
  baseMonthly: number | null;
  minimumUsageFee: { belowKwh: number; amount: number } | null;
  deliveryCentsPerKwh: number | null;
  deliveryMonthly: number | null;
  credits: { fromKwh: number; toKwh: number | null; amount: number }[];
}

/** The values of an Electricity Facts Label (16 TAC 25.475(g)), in the order in which it is printed. */
export interface ElectricityFacts {
  kind: 'electricityFacts';
  provider: string;
  certificateNumber: string | null;
  utility: string | null;
  plan: string;
  currency: string;
  averages: AveragePrice[];
  /** What the averages follow from; null if they are unknown. */
  averagesBasis: 'charges' | 'stated' | null;
  charges: LabelCharges | null;
  /** Average prices by usage; empty if the charges are unknown. */
  curve: { usageKwh: number; centsPerKwh: number }[];
  rateType: string | null;
  contractMonths: number | null;
  earlyTermination: EarlyTermination;
  priceChanges: string | null;
  monthlyFees: LabelFee[] | null;
  oneTimeFees: LabelFee[] | null;
  prepaid: boolean | null;
  buysExcessGeneration: boolean | null;
  renewablePercent: number | null;
  stateRenewablePercent: number | null;
  termsUrl: string | null;
  yourRightsUrl: string | null;
  prepaidUrl: string | null;
  supportUrl: string | null;
  supportPhone: string | null;
  supportHours: string | null;
  version: string | null;
}

const curve = { from: 100, to: 3000, step: 50 };

/** @param usages the monthly usages for which the label states averages */
export function electricityFactsOf(
  offer: LabelSource,
  usages: readonly number[] = labelUsages,
): ElectricityFacts {
  const { service, compliance, currency } = offer;
  const label = looseData(compliance.electricityFactsLabel);
  const charges = chargesOf(service);
  const averages = averagesOf(offer, charges, usages);
  const isKnown = averages.some(({ centsPerKwh }) => centsPerKwh !== null);
  return {
    kind: 'electricityFacts',
    provider: knownText(compliance.providerName) ?? knownText(service.retailer) ?? offer.providerName,
    certificateNumber: knownText(compliance.puctCertNumber),
    utility: knownText(service.utility),
    plan: offer.name,
    currency,
    averages,
    averagesBasis: charges ? 'charges' : isKnown ? 'stated' : null,
    charges: charges ? labelChargesOf(charges) : null,
    curve: charges ? curveOf(charges, currency) : [],
    rateType: knownText(service.rateType),
    contractMonths: knownAmount(service.contractLengthMonths) ?? offer.contract?.months ?? null,
    earlyTermination: earlyTerminationOf(offer),
    priceChanges: knownText(label.priceChanges),
    monthlyFees: monthlyFeesOf(offer),
    oneTimeFees: oneTimeFeesOf(offer),
    prepaid: knownFlag(service.prepaid),
    buysExcessGeneration: knownFlag(label.buysExcessGeneration),
    renewablePercent: knownAmount(service.renewablePercentage) ?? knownAmount(label.renewablePercent),
    stateRenewablePercent: knownAmount(label.stateRenewablePercent),
    termsUrl: knownUrl(compliance.termsOfServiceUrl),
    yourRightsUrl: knownUrl(compliance.yourRightsUrl),
    prepaidUrl: knownUrl(compliance.prepaidDisclosureUrl),
    supportUrl: knownUrl(compliance.supportUrl),
    supportPhone: knownText(compliance.supportPhone),
    supportHours: knownText(compliance.supportHours),
    version: knownText(label.versionId),
  };
}

function averagesOf(
  { pricing, currency }: LabelSource,
  charges: EnergyCharges | undefined,
  usages: readonly number[],
): AveragePrice[] {
  const stated = new Map(labelUsages.map((usage): [number, number | null] => [usage, pricing.perKwh[usage]]));
  return usages.map((usageKwh) => ({
    usageKwh,
    centsPerKwh: charges ? priceAt(charges, usageKwh, currency).centsPerKwh : (stated.get(usageKwh) ?? null),
  }));
}

function labelChargesOf({ energy, credits = [], minimumUsageFee, ...rest }: EnergyCharges): LabelCharges {
  const { baseMonthly, deliveryCentsPerKwh, deliveryMonthly } = rest;
  return {
    energy: energy.map((rate) => ({
      fromKwh: rate.fromKwh,
      toKwh: endOf(rate, energy),
      centsPerKwh: rate.centsPerKwh,
      sharePercent: rate.sharePercent ?? 100,
    })),
    baseMonthly: baseMonthly ?? null,
    minimumUsageFee: minimumUsageFee
      ? { belowKwh: minimumUsageFee.belowKwh, amount: minimumUsageFee.amount }
      : null,
    deliveryCentsPerKwh: deliveryCentsPerKwh ?? null,
    deliveryMonthly: deliveryMonthly ?? null,
    credits: credits.map(({ fromKwh, toKwh, amount }) => ({ fromKwh, toKwh: toKwh ?? null, amount })),
  };
}

/** Returns where the next step begins. */
const endOf = ({ fromKwh }: EnergyRate, rates: readonly EnergyRate[]) =>
  rates.find((rate) => rate.fromKwh > fromKwh)?.fromKwh ?? null;

/** Returns points in regular steps, and both sides of every jump of the bill. */
function curveOf(charges: EnergyCharges, currency: string): ElectricityFacts['curve'] {
  const usages = new Set<number>();
  for (let usage = curve.from; usage <= curve.to; usage += curve.step) usages.add(usage);
  for (const { usageKwh } of cliffsOf(charges, currency))
    for (const usage of [usageKwh, usageKwh + 1])
      if (usage >= curve.from && usage <= curve.to) usages.add(usage);
  return [...usages]
    .toSorted((a, b) => a - b)
    .map((usageKwh) => ({ usageKwh, centsPerKwh: priceAt(charges, usageKwh, currency).centsPerKwh }));
}
