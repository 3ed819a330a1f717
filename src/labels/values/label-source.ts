import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { Fees } from '../../offers/pricing/fees.js';
import type {
  Contract,
  Introductory,
  MonthlyFee,
  OneTimeFee,
  Taxes,
} from '../../offers/pricing/price-fields.js';
import type { Pricing } from '../../offers/pricing/pricing-view.js';
import { looseData, type LooseData } from './known.js';

/**
 * What a label is made from: fields that resellers see, so that the snapshot in an order results in the same label as the
 * offer did when it was ordered. Amounts are in major units.
 */
export interface LabelSource {
  id: string;
  name: string;
  category: CategoryName | null;
  currency: string;
  providerName: string;
  monthlyPrice: number | null;
  introductory: Introductory | null;
  monthlyFees: readonly MonthlyFee[] | null;
  oneTimeFees: readonly OneTimeFee[] | null;
  fees: Fees | null;
  contract: Contract | null;
  taxes: Taxes | null;
  pricing: Pricing;
  service: LooseData;
  compliance: LooseData;
}

const noPricing = {
  firstMonthly: null,
  regularMonthly: null,
  allInMonthly: null,
  setupFee: null,
  costOver12Months: null,
  costOver24Months: null,
  perKwh: { 500: null, 1000: null, 2000: null },
};

/** The members of an offer as JSON that a label needs. An older snapshot lacks those that were added later. */
type OfferJson = Partial<
  Omit<LabelSource, 'service' | 'compliance'> & { serviceSpecificData: unknown; complianceData: unknown }
>;

/**
 * Reads the JSON of an offer, or of a snapshot of it.
 * @param providerName for the JSON that a provider gets, which does not contain it
 */
export function labelSourceOf(json: string, providerName?: string): LabelSource {
  const offer = JSON.parse(json) as OfferJson;
  const currency = offer.currency ?? 'USD';
  return {
    id: offer.id ?? '',
    name: offer.name ?? '',
    category: offer.category ?? null,
    currency,
    providerName: providerName ?? offer.providerName ?? '',
    monthlyPrice: offer.monthlyPrice ?? null,
    introductory: offer.introductory ?? null,
    monthlyFees: offer.monthlyFees ?? null,
    oneTimeFees: offer.oneTimeFees ?? null,
    fees: offer.fees ?? null,
    contract: offer.contract ?? null,
    taxes: offer.taxes ?? null,
    pricing: offer.pricing ?? { ...noPricing, currency },
    service: looseData(offer.serviceSpecificData),
    compliance: looseData(offer.complianceData),
  };
}
