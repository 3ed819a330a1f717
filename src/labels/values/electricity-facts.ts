import type { EnergyCharges, EnergyRate } from '../../offers/categories/energy-charges.js';
import { chargesOf } from '../../offers/categories/energy.js';
import { cliffsOf, priceAt } from '../../offers/pricing/energy-bill.js';
import { businessUsages, labelUsages, statedPrice } from '../../offers/pricing/per-kwh.js';
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
  /** The certified name. */
  provider: string;
  /** The name under which it does business, if that differs. */
  dba: string | null;
  certificateNumber: string | null;
  utility: string | null;
  plan: string;
  /** The day on which the provider issued the label, if it states it. */
  issuedOn: string | null;
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
  otherFees: string | null;
  monthlyFees: LabelFee[] | null;
  oneTimeFees: LabelFee[] | null;
  prepaid: boolean | null;
  buysExcessGeneration: boolean | null;
  renewablePercent: number | null;
  stateRenewablePercent: number | null;
  termsUrl: string | null;
  termsVersion: string | null;
  yourRightsUrl: string | null;
  prepaidUrl: string | null;
  contact: {
    address: string | null;
    email: string | null;
    url: string | null;
    phone: string | null;
    hours: string | null;
  };
  version: string | null;
}

const curve = { from: 100, to: 3000, step: 50 };

export function electricityFactsOf(offer: LabelSource): ElectricityFacts {
  const { service, compliance, currency } = offer;
  const label = looseData(compliance.electricityFactsLabel);
  const charges = chargesOf(service);
  const rep = looseData(compliance.rep);
  // With a demand meter, the average also depends on a load factor.
  const basis = service.demandMeter === true ? undefined : charges;
  const averages = averagesOf(offer, basis);
  const isKnown = averages.some(({ centsPerKwh }) => centsPerKwh !== null);
  return {
    kind: 'electricityFacts',
    provider: knownText(rep.certifiedName) ?? knownText(service.retailer) ?? offer.providerName,
    dba: knownText(rep.dba),
    certificateNumber: knownText(compliance.puctCertNumber),
    utility: knownText(service.utility),
    plan: offer.name,
    issuedOn: knownText(label.issuedOn),
    currency,
    averages,
    averagesBasis: basis ? 'charges' : isKnown ? 'stated' : null,
    charges: charges ? labelChargesOf(charges) : null,
    curve: basis ? curveOf(basis, currency) : [],
    rateType: knownText(service.rateType),
    contractMonths: knownAmount(service.contractLengthMonths) ?? offer.contract?.months ?? null,
    earlyTermination: earlyTerminationOf(offer),
    priceChanges: knownText(label.priceChanges),
    otherFees: knownText(label.otherFees),
    monthlyFees: monthlyFeesOf(offer),
    oneTimeFees: oneTimeFeesOf(offer),
    prepaid: knownFlag(service.prepaid),
    buysExcessGeneration: knownFlag(label.buysExcessGeneration),
    renewablePercent: knownAmount(service.renewablePercentage) ?? knownAmount(label.renewablePercent),
    stateRenewablePercent: knownAmount(label.stateAverageRenewablePercent),
    termsUrl: knownUrl(compliance.termsOfServiceUrl),
    termsVersion: knownText(compliance.termsOfServiceVersion),
    yourRightsUrl: knownUrl(compliance.yourRightsUrl),
    prepaidUrl: knownUrl(compliance.prepaidDisclosureUrl) ?? knownUrl(service.prepaidUrl),
    contact: {
      address: knownText(rep.mailingAddress),
      email: knownText(rep.email),
      url: knownUrl(rep.url),
      phone: knownText(rep.phone),
      hours: knownText(rep.phoneHours),
    },
    version: knownText(label.versionId),
  };
}

function averagesOf(
  { compliance, currency, pricing, service }: LabelSource,
  charges: EnergyCharges | undefined,
): AveragePrice[] {
  const label = looseData(compliance.electricityFactsLabel);
  const averages = (usages: readonly number[], stated: (usage: number) => number | null) =>
    usages.map((usageKwh) => ({
      usageKwh,
      centsPerKwh: charges ? priceAt(charges, usageKwh, currency).centsPerKwh : stated(usageKwh),
    }));
  if (service.customerClass === 'small_commercial')
    return averages(businessUsages, (usage) => statedPrice(label[`avgPrice${usage}kwh`]));
  const prices = new Map<number, number | null>(labelUsages.map((usage) => [usage, pricing.perKwh[usage]]));
  return averages(labelUsages, (usage) => prices.get(usage) ?? null);
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
