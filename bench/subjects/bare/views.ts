import type { Pricing } from '../../../src/offers/pricing/pricing-view.js';
import { currencyExponent } from '../../../src/money/currency.js';

/** The columns that both providers and resellers see. */
interface SharedColumns {
  id: string;
  name: string;
  category: string | null;
  status: string;
  sku: string | null;
  metadata: object;
  description: string | null;
  marketing_headline: string | null;
  marketing_description: string | null;
  key_features: string[];
  image_url: string | null;
  overview: string | null;
  submission_config: object | null;
  service_specific_data: object | null;
  pricing_type: string | null;
  monthly_price_minor: string | null;
  introductory: object | null;
  monthly_fees: object[] | null;
  one_time_fees: object[] | null;
  contract: object | null;
  taxes: unknown;
  fees: Record<string, number | null> | null;
  currency: string;
  compliance_data: object | null;
  compliance_status: string;
  visibility: string;
  pricing: Pricing;
  version: number;
  created_at: Date;
  updated_at: Date;
  team_id: string;
  area_id: string | null;
  states: string[] | null;
}

/** A catalog row, as parsed by pg. */
export interface CatalogRow extends SharedColumns {
  provider_name: string;
  assessed_status: string;
  zip_count: number | null;
  price_key: string | null;
}

/** An offer with its area, as parsed by pg. */
export interface OfferRow extends SharedColumns {
  feed: string | null;
  internal_name: string | null;
  external_id: string | null;
  internal_description: string | null;
  submission_url: string | null;
  compliance_notes: string | null;
  allowed_resellers: string[];
  service_area_id: string | null;
  zip_codes: string[] | null;
}

const shared = (row: SharedColumns) => ({
  id: row.id,
  name: row.name,
  category: row.category,
  status: row.status,
  sku: row.sku,
  metadata: row.metadata,
  description: row.description,
  marketingHeadline: row.marketing_headline,
  marketingDescription: row.marketing_description,
  keyFeatures: row.key_features,
  imageUrl: row.image_url,
  overview: row.overview,
  submissionConfig: row.submission_config,
  serviceSpecificData: row.service_specific_data,
  pricingType: row.pricing_type,
  monthlyPrice:
    row.monthly_price_minor === null
      ? null
      : Number(row.monthly_price_minor) / 10 ** currencyExponent(row.currency),
  introductory: row.introductory,
  monthlyFees: row.monthly_fees,
  oneTimeFees: row.one_time_fees,
  contract: row.contract,
  taxes: row.taxes,
  fees: row.fees,
  currency: row.currency,
  complianceData: row.compliance_data,
  complianceStatus: row.compliance_status,
  visibility: row.visibility,
  pricing: row.pricing,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

export const catalogView = (row: CatalogRow) => ({
  ...shared(row),
  providerId: row.team_id,
  providerName: row.provider_name,
  complianceAssessment: { status: row.assessed_status },
  setupFee: row.pricing.setupFee,
  serviceArea: row.area_id === null ? null : { zipCodeCount: row.zip_count, states: row.states ?? [] },
});

export const offerView = (row: OfferRow) => ({
  ...shared(row),
  teamId: row.team_id,
  feed: row.feed,
  internalName: row.internal_name,
  externalId: row.external_id,
  internalDescription: row.internal_description,
  submissionUrl: row.submission_url,
  complianceNotes: row.compliance_notes,
  allowedResellers: row.allowed_resellers,
  serviceArea: row.area_id
    ? { ...(row.zip_codes ? { zipCodes: row.zip_codes } : {}), ...(row.states ? { states: row.states } : {}) }
    : null,
});
