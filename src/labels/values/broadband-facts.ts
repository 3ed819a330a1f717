import type { Taxes } from '../../offers/pricing/price-fields.js';
import { knownAmount, knownText, knownUrl, looseData, type LooseData } from './known.js';
import {
  earlyTerminationOf,
  labelContractOf,
  labelIntroductoryOf,
  monthlyFeesOf,
  oneTimeFeesOf,
  type EarlyTermination,
  type LabelContract,
  type LabelFee,
  type LabelIntroductory,
} from './label-fees.js';
import type { LabelSource } from './label-source.js';

/** A typical value, or the ends of its range. */
export interface TypicalRange {
  low: number;
  high: number;
}

/** The values of a broadband consumer label (47 CFR 8.1(a)(1)), in the order of its blocks. */
export interface BroadbandFacts {
  kind: 'broadbandFacts';
  provider: string;
  plan: string;
  tier: string | null;
  connection: 'fixed' | 'mobile' | null;
  currency: string;
  /** The introductory price, if there is one. */
  monthlyPrice: number | null;
  introductory: LabelIntroductory | null;
  contract: LabelContract | null;
  monthlyFees: LabelFee[] | null;
  oneTimeFees: LabelFee[] | null;
  earlyTermination: EarlyTermination;
  taxes: Taxes | null;
  discountsUrl: string | null;
  /** In Mbps and milliseconds. */
  speeds: { download: TypicalRange | null; upload: TypicalRange | null; latency: TypicalRange | null };
  data: {
    /** Null if unknown. */
    unlimited: boolean | null;
    includedGb: number | null;
    /** Price of each further amount of data. */
    additional: { price: number; gigabytes: number } | null;
    policyUrl: string | null;
  };
  networkManagementUrl: string | null;
  privacyUrl: string | null;
  supportUrl: string | null;
  supportPhone: string | null;
  uniquePlanId: string | null;
}

export function broadbandFactsOf(offer: LabelSource): BroadbandFacts {
  const { compliance, service, pricing } = offer;
  const label = looseData(compliance.broadbandLabel);
  const uniquePlanId = knownText(label.uniquePlanId) ?? knownText(compliance.uniquePlanId);
  return {
    kind: 'broadbandFacts',
    provider: knownText(compliance.providerName) ?? offer.providerName,
    plan: offer.name,
    tier: knownText(compliance.tierPlanName),
    connection: connectionOf(compliance, service, uniquePlanId),
    currency: offer.currency,
    monthlyPrice: pricing.firstMonthly,
    introductory: labelIntroductoryOf(offer),
    contract: labelContractOf(offer),
    monthlyFees: monthlyFeesOf(offer),
    oneTimeFees: oneTimeFeesOf(offer),
    earlyTermination: earlyTerminationOf(offer),
    taxes: offer.taxes,
    discountsUrl: knownUrl(compliance.discountsUrl),
    speeds: {
      download: typicalOf(label, 'typicalDownload'),
      upload: typicalOf(label, 'typicalUpload'),
      latency: typicalOf(label, 'typicalLatency'),
    },
    data: { ...includedDataOf(label, service), ...additionalDataOf(label, compliance) },
    networkManagementUrl: knownUrl(compliance.networkManagementUrl),
    privacyUrl: knownUrl(compliance.privacyPolicyUrl),
    supportUrl: knownUrl(compliance.supportUrl),
    supportPhone: knownText(compliance.supportPhone),
    uniquePlanId,
  };
}

/** Offers of fixed and mobile plans differ in what they state; the plan identifier always begins with F or M. */
function connectionOf(
  compliance: LooseData,
  service: LooseData,
  uniquePlanId: string | null,
): BroadbandFacts['connection'] {
  const stated = knownText(compliance.connection)?.toLowerCase();
  if (stated === 'mobile') return 'mobile';
  // Service by satellite is fixed, too.
  if (stated === 'fixed' || stated === 'satellite') return 'fixed';
  if (uniquePlanId) return uniquePlanId.startsWith('M') ? 'mobile' : 'fixed';
  // All types of connections that an offer can have are fixed.
  return knownText(service.connectionType) ? 'fixed' : null;
}

function typicalOf(label: LooseData, name: string): TypicalRange | null {
  const value = knownAmount(label[name]);
  const low = knownAmount(label[`${name}Low`]) ?? value;
  const high = knownAmount(label[`${name}High`]) ?? value;
  if (low === null || high === null) return null;
  return { low, high };
}

/** The label takes precedence over the technical data; null means unlimited in both. */
function includedDataOf(
  label: LooseData,
  service: LooseData,
): Pick<BroadbandFacts['data'], 'unlimited' | 'includedGb'> {
  const cap = label.dataCapGb === undefined ? service.dataCap : label.dataCapGb;
  const includedGb = knownAmount(cap);
  return { unlimited: includedGb === null ? (cap === null ? true : null) : false, includedGb };
}

function additionalDataOf(
  label: LooseData,
  compliance: LooseData,
): Pick<BroadbandFacts['data'], 'additional' | 'policyUrl'> {
  const price = knownAmount(label.overagePrice);
  const gigabytes = knownAmount(label.overageIncrementGb);
  return {
    additional: price === null || gigabytes === null ? null : { price, gigabytes },
    policyUrl: knownUrl(compliance.dataAllowancePolicyUrl),
  };
}
