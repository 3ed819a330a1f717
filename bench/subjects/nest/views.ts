import { currencyExponent } from '../../../src/money/currency.js';
import type { OfferEntity } from './entities.js';

const minorPerMajor = (currency: string) => 10 ** currencyExponent(currency);

/** Returns the members that both providers and resellers see. */
const shared = (offer: OfferEntity) => ({
  id: offer.id,
  name: offer.name,
  category: offer.category,
  status: offer.status,
  sku: offer.sku,
  metadata: offer.metadata,
  description: offer.description,
  marketingHeadline: offer.marketingHeadline,
  marketingDescription: offer.marketingDescription,
  keyFeatures: offer.keyFeatures,
  imageUrl: offer.imageUrl,
  overview: offer.overview,
  submissionConfig: offer.submissionConfig,
  serviceSpecificData: offer.serviceSpecificData,
  pricingType: offer.pricingType,
  monthlyPrice:
    offer.monthlyPriceMinor === null ? null : Number(offer.monthlyPriceMinor) / minorPerMajor(offer.currency),
  introductory: offer.introductory,
  monthlyFees: offer.monthlyFees,
  oneTimeFees: offer.oneTimeFees,
  contract: offer.contract,
  taxes: offer.taxes,
  fees: offer.fees,
  currency: offer.currency,
  complianceData: offer.complianceData,
  complianceStatus: offer.complianceStatus,
  visibility: offer.visibility,
  pricing: offer.pricing,
  version: offer.version,
  createdAt: offer.createdAt,
  updatedAt: offer.updatedAt,
});

export const catalogView = (offer: OfferEntity) => ({
  ...shared(offer),
  providerId: offer.teamId,
  providerName: offer.provider.name,
  complianceAssessment: { status: offer.assessedStatus },
  setupFee: offer.pricing.setupFee,
  serviceArea: offer.serviceArea
    ? { zipCodeCount: offer.serviceArea.zipCount, states: offer.serviceArea.states ?? [] }
    : null,
});

export const offerView = (offer: OfferEntity) => {
  const { zipCodes = null, states = null } = offer.serviceArea ?? {};
  return {
    ...shared(offer),
    teamId: offer.teamId,
    feed: offer.feed,
    internalName: offer.internalName,
    externalId: offer.externalId,
    internalDescription: offer.internalDescription,
    submissionUrl: offer.submissionUrl,
    complianceNotes: offer.complianceNotes,
    allowedResellers: offer.allowedResellers,
    serviceArea: offer.serviceArea ? { ...(zipCodes && { zipCodes }), ...(states && { states }) } : null,
  };
};
