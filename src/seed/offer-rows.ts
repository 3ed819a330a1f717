import { copyRow, type Cell } from './copy.js';
import type { SearchTexts } from './search-text.js';
import type { OfferPhrases, SeedOffer } from './seed-offers.js';

type Column = (offer: SeedOffer, texts: SearchTexts) => Cell;

const searched = ({ name, headline, features, description }: OfferPhrases) => [
  ...name,
  ...headline,
  ...features,
  ...description,
];

/** Arrays of ids have the same text form as lists. */
const columns: Record<string, Column> = {
  id: (offer) => offer.id,
  team_id: (offer) => offer.provider.id,
  name: (offer) => offer.name,
  internal_name: (offer) => offer.internalName,
  category: (offer) => offer.category,
  status: (offer) => offer.status,
  sku: (offer) => offer.sku,
  external_id: (offer) => offer.externalId,
  metadata: (offer) => offer.metadata,
  description: (offer) => offer.description,
  internal_description: (offer) => offer.internalDescription,
  marketing_headline: (offer) => offer.marketingHeadline,
  marketing_description: (offer) => offer.marketingDescription,
  key_features: (offer) => offer.keyFeatures,
  image_url: (offer) => offer.imageUrl,
  overview: (offer) => offer.overview,
  submission_url: (offer) => offer.submissionUrl,
  submission_config: (offer) => offer.submissionConfig,
  service_specific_data: (offer) => offer.serviceSpecificData,
  pricing_type: (offer) => offer.pricingType,
  monthly_price_minor: (offer) => offer.monthlyPriceMinor,
  fees: (offer) => offer.fees,
  currency: (offer) => offer.provider.currency,
  compliance_data: (offer) => offer.complianceData,
  compliance_status: (offer) => offer.complianceStatus,
  compliance_notes: (offer) => offer.complianceNotes,
  visibility: (offer) => offer.visibility,
  allowed_resellers: (offer) => offer.allowedResellers,
  service_area_id: (offer) => offer.area?.id ?? null,
  version: (offer) => offer.version,
  created_at: (offer) => new Date(offer.createdMs).toISOString(),
  updated_at: (offer) => new Date(offer.updatedMs).toISOString(),
  name_key: (offer, texts) => texts.lower(offer.phrases.name),
  // Ten-thousandths of the major unit; all seeded currencies have cents.
  price_key: ({ monthlyPriceMinor: minor }) => (minor === null ? null : minor * 100n),
  name_search: (offer, texts) => texts.vector(offer.phrases.name),
  search: (offer, texts) => texts.vector(searched(offer.phrases)),
};

export const offerColumns = Object.keys(columns);

const cellsOf = Object.values(columns);

/** Rows for COPY, so many at a time; the phrases that they are made of are learned on the way. */
export async function* offerChunks(
  offers: Iterable<SeedOffer>,
  texts: SearchTexts,
  size: number,
): AsyncGenerator<{ text: string; count: number }> {
  let batch: SeedOffer[] = [];
  const flush = async () => {
    for (const active of [true, false]) {
      const offers = batch.filter(({ status }) => (status === 'active') === active);
      await texts.learn(
        offers.flatMap(({ phrases }) => searched(phrases)),
        { active },
      );
    }
    const text = batch.map((offer) => copyRow(cellsOf.map((cell) => cell(offer, texts)))).join('');
    const chunk = { text, count: batch.length };
    batch = [];
    return chunk;
  };
  for (const offer of offers) {
    batch.push(offer);
    if (batch.length === size) yield flush();
  }
  if (batch.length > 0) yield flush();
}
