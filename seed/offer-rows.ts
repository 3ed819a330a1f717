import { NIL } from 'uuid';
import { scaledBy } from '../src/money/exact.js';
import { copyList, copyText } from '../src/sql/copy.js';
import type { CategoryName } from '../src/offers/categories/all-categories.js';
import type { Assessment } from '../src/compliance/engine/assess.js';
import { assessSeedOffer } from './seed-assessment.js';
import { vectorOf, type Reading, type SearchTexts } from './search-text.js';
import type { OfferPhrases, SeedOffer } from './seed-offers.js';

/** The parsed phrases of an offer's name and of all of its searched texts, which start with the name. */
interface Readings {
  name: readonly Reading[];
  all: readonly Reading[];
}

/** Returns the value of a column in COPY's text format. */
type Column = (offer: SeedOffer, readings: Readings, assessment: Assessment) => string;

const none = '\\N';
const text = (value: string | null) => (value === null ? none : copyText(value));
const json = (value: object | null) => (value === null ? none : copyText(JSON.stringify(value)));
/** Formats enums, IDs, numbers and our own URLs, which need no escaping. */
const plain = (value: string | number | bigint | null) => (value === null ? none : String(value));

const tenThousandths = (amount: number | null) => plain(amount === null ? null : scaledBy(4, amount));
const tenths = (cents: number | null) => plain(cents === null ? null : scaledBy(1, cents));

const dayMs = 24 * 3600 * 1000;
const days = new Map<number, string>();
const padded = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Formats a time in ISO 8601. The date part is cached, because a million offers share few days. */
function time(ms: number): string {
  const day = Math.floor(ms / dayMs);
  let date = days.get(day);
  if (date === undefined) days.set(day, (date = new Date(day * dayMs).toISOString().slice(0, 11)));
  const rest = ms - day * dayMs;
  const minutes = Math.floor(rest / 60_000);
  const seconds = Math.floor(rest / 1000) % 60;
  const thousandths = String(1000 + (rest % 1000)).slice(1);
  return `${date}${padded[Math.floor(minutes / 60)]}:${padded[minutes % 60]}:${padded[seconds]}.${thousandths}Z`;
}

/** Returns a column that the catalog filters by and that is derived from the data of one category. */
const attribute =
  <K extends string>(of: CategoryName, read: (data: Record<K, unknown>) => unknown): Column =>
  ({ category, serviceSpecificData: data }) => {
    const value = category === of && data ? read(data as Record<K, unknown>) : null;
    return value === null || value === undefined ? none : String(value);
  };
const attributes: Record<string, Column> = {
  connection_type: attribute('internet', ({ connectionType }) => connectionType),
  download_mbps: attribute('internet', ({ maxBandwidth }) => maxBandwidth),
  unlimited_data: attribute('internet', ({ dataCap }) => (dataCap === undefined ? null : dataCap === null)),
  channel_count: attribute('television', ({ channelCount }) => channelCount),
  monitoring_type: attribute('security', ({ monitoringType }) => monitoringType),
  installation_type: attribute('security', ({ installationType }) => installationType),
  energy_type: attribute('energy', ({ energyType }) => energyType),
  renewable_percentage: attribute('energy', ({ renewablePercentage }) => renewablePercentage),
  contract_months: ({ category, contract, serviceSpecificData: data }) => {
    const { contractLengthMonths } = (data ?? {}) as { contractLengthMonths?: number };
    return plain(contract?.months ?? (category === 'energy' ? (contractLengthMonths ?? null) : null));
  },
  coverage_amount: attribute('insurance', ({ coverageAmount }) => coverageAmount),
  upload_mbps: ({ category, complianceData: data }) => {
    const { broadbandLabel } = (data ?? {}) as { broadbandLabel?: { typicalUpload?: number } };
    return plain(category === 'internet' ? (broadbandLabel?.typicalUpload ?? null) : null);
  },
  includes_streaming: attribute('television', ({ includesStreaming }) => includesStreaming),
  hd: attribute('television', ({ hd }) => hd),
  dvr: attribute('television', ({ dvr }) => dvr),
  utility: attribute('energy', ({ utility }) => utility),
  prepaid: attribute('energy', ({ prepaid }) => prepaid),
  time_of_use: attribute('energy', ({ timeOfUse }) => timeOfUse),
  deductible: attribute('insurance', ({ deductible }) => deductible),
  insurance_type: attribute('insurance', ({ insuranceType }) => insuranceType),
};

/** The columns of `offers`, in the order of the COPY statement. COPY writes arrays of IDs like arrays of texts. */
const columns: Record<string, Column> = {
  id: (offer) => offer.id,
  team_id: (offer) => offer.provider.id,
  name: (offer) => copyText(offer.name),
  internal_name: (offer) => text(offer.internalName),
  category: (offer) => plain(offer.category),
  status: (offer) => offer.status,
  sku: (offer) => plain(offer.sku),
  external_id: (offer) => plain(offer.externalId),
  metadata: (offer) => json(offer.metadata),
  description: (offer) => text(offer.description),
  internal_description: (offer) => text(offer.internalDescription),
  marketing_headline: (offer) => text(offer.marketingHeadline),
  marketing_description: (offer) => text(offer.marketingDescription),
  key_features: (offer) => copyList(offer.keyFeatures),
  image_url: (offer) => plain(offer.imageUrl),
  overview: (offer) => text(offer.overview),
  submission_url: (offer) => plain(offer.submissionUrl),
  submission_config: (offer) => json(offer.submissionConfig),
  service_specific_data: (offer) => json(offer.serviceSpecificData),
  pricing_type: (offer) => plain(offer.pricingType),
  monthly_price_minor: (offer) => plain(offer.monthlyPriceMinor),
  fees: (offer) => json(offer.fees),
  currency: (offer) => offer.currency,
  introductory: (offer) => json(offer.introductory),
  monthly_fees: (offer) => json(offer.monthlyFees),
  one_time_fees: (offer) => json(offer.oneTimeFees),
  contract: (offer) => json(offer.contract),
  taxes: (offer) => (offer.taxes === null ? none : JSON.stringify(offer.taxes)),
  pricing: (offer) => json(offer.pricing),
  compliance_data: (offer) => json(offer.complianceData),
  compliance_status: (offer) => offer.complianceStatus,
  compliance_notes: (offer) => text(offer.complianceNotes),
  visibility: (offer) => offer.visibility,
  allowed_resellers: (offer) => copyList(offer.allowedResellers),
  service_area_id: (offer) => plain(offer.area?.id ?? null),
  version: (offer) => plain(offer.version),
  created_at: (offer) => time(offer.createdMs),
  updated_at: (offer) => time(offer.updatedMs),
  assessed_status: (_offer, _readings, { status }) => status,
  assessed_at: (offer) => time(offer.updatedMs),
  assessed_until: (_offer, _readings, { validUntil }) => plain(validUntil),
  assessed_rules: (_offer, _readings, { ruleSets }) => copyList(ruleSets),
  findings: (_offer, _readings, { findings }) => json(findings),
  reseller_licenses: (_offer, _readings, { resellerLicenses }) => copyList(resellerLicenses),
  assessed_version: (offer) => plain(offer.version),
  name_key: (_, { name }) => copyText(name.map(({ words }) => words).join(' ')),
  // Ten-thousandths of the major unit; all seeded currencies have two decimal places.
  price_key: ({ monthlyPriceMinor: minor }) => plain(minor === null ? null : minor * 100n),
  all_in_key: ({ pricing }) => tenThousandths(pricing.allInMonthly),
  cost_12_key: ({ pricing }) => tenThousandths(pricing.costOver12Months),
  cost_24_key: ({ pricing }) => tenThousandths(pricing.costOver24Months),
  kwh_500_key: ({ pricing }) => tenths(pricing.perKwh[500]),
  kwh_1000_key: ({ pricing }) => tenths(pricing.perKwh[1000]),
  kwh_2000_key: ({ pricing }) => tenths(pricing.perKwh[2000]),
  area_key: (offer) => offer.area?.id ?? NIL,
  ...attributes,
  name_search: (_, { name }) => copyText(vectorOf(name)),
  search: (_, { all }) => copyText(vectorOf(all)),
};

export const offerColumns = Object.keys(columns);

const cellsOf = Object.values(columns);

/** Yields the rows for COPY in chunks of `size` offers, and has new phrases parsed before each chunk. */
export async function* offerChunks(
  offers: Iterable<SeedOffer>,
  texts: SearchTexts,
  size: number,
): AsyncGenerator<{ text: string; count: number }> {
  let batch: SeedOffer[] = [];
  const flush = async () => {
    const all = batch.map(({ phrases }) => searched(phrases));
    await texts.learn(all);
    const rows = batch.map((offer, index) => rowOf(offer, texts.read(all[index] ?? [])));
    batch = [];
    return { text: rows.join(''), count: rows.length };
  };
  for (const offer of offers) {
    batch.push(offer);
    if (batch.length === size) yield flush();
  }
  if (batch.length > 0) yield flush();
}

const searched = ({ name, headline, features, description }: OfferPhrases) =>
  name.concat(headline, features, description);

function rowOf(offer: SeedOffer, all: Reading[]): string {
  if (offer.status === 'active' && offer.visibility === 'public')
    for (const reading of all) reading.shownBy ??= offer.provider.id;
  const readings = { name: all.slice(0, offer.phrases.name.length), all };
  const assessment = assessSeedOffer(offer);
  return `${cellsOf.map((cell) => cell(offer, readings, assessment)).join('\t')}\n`;
}
