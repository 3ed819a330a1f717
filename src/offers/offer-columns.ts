import type { Area } from '../areas/area.js';
import type { OfferFields } from './offer-fields.js';
import type { Offer } from './offer.entity.js';

/** The columns of an offer that its owner decides. */
export type OfferColumns = Pick<
  Offer,
  Exclude<keyof OfferFields, 'monthlyPrice' | 'serviceArea'> | 'monthlyPriceMinor'
>;

/** What an offer's owner decides: its own columns, and the area that it shares. */
export interface OfferInput {
  columns: OfferColumns;
  area: Area | null;
}

/** The columns that the owner decides, and their types. */
export const offerColumns: Record<keyof OfferColumns, [column: string, type: string]> = {
  name: ['name', 'text'],
  internalName: ['internal_name', 'text'],
  category: ['category', 'text'],
  status: ['status', 'text'],
  sku: ['sku', 'text'],
  externalId: ['external_id', 'text'],
  metadata: ['metadata', 'jsonb'],
  description: ['description', 'text'],
  internalDescription: ['internal_description', 'text'],
  marketingHeadline: ['marketing_headline', 'text'],
  marketingDescription: ['marketing_description', 'text'],
  keyFeatures: ['key_features', 'text[]'],
  imageUrl: ['image_url', 'text'],
  overview: ['overview', 'text'],
  submissionUrl: ['submission_url', 'text'],
  submissionConfig: ['submission_config', 'jsonb'],
  serviceSpecificData: ['service_specific_data', 'jsonb'],
  pricingType: ['pricing_type', 'text'],
  monthlyPriceMinor: ['monthly_price_minor', 'bigint'],
  fees: ['fees', 'jsonb'],
  complianceData: ['compliance_data', 'jsonb'],
  complianceStatus: ['compliance_status', 'text'],
  complianceNotes: ['compliance_notes', 'text'],
  visibility: ['visibility', 'text'],
  allowedResellers: ['allowed_resellers', 'uuid[]'],
};
export const columnNames = Object.keys(offerColumns) as (keyof OfferColumns)[];

/** What the service decides of an offer. */
interface OwnedColumns {
  id: string;
  teamId: string;
  currency: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** The columns that the service decides, and their types. */
const ownedColumns: Record<keyof OwnedColumns, [column: string, type: string]> = {
  id: ['id', 'uuid'],
  teamId: ['team_id', 'uuid'],
  currency: ['currency', 'text'],
  version: ['version', 'integer'],
  createdAt: ['created_at', 'timestamptz'],
  updatedAt: ['updated_at', 'timestamptz'],
};

/** Both together: all columns of an offer but that of its area. */
export const storedColumns = { ...ownedColumns, ...offerColumns };
export const storedNames = Object.keys(storedColumns) as (keyof typeof storedColumns)[];

/** An offer with all its columns, and the area that it shares. */
export interface StoredOffer extends OfferColumns, OwnedColumns {
  area: Area | null;
}
