import type { Visibility } from '../src/offers/offer-visibility.js';
import type { CategoryName } from '../src/offers/categories/all-categories.js';
import { feeNames, type Fees } from '../src/offers/pricing/fees.js';
import type { Contract, MonthlyFee } from '../src/offers/pricing/price-fields.js';
import { pricingOf, type PricedFields } from '../src/offers/pricing/pricing.js';
import type { OfferStatus } from '../src/offers/offer-status.js';
import type { OfferColumns } from '../src/offers/offer-columns.js';
import { drawCategory, makeCategoryPart, type CategoryPart } from './category-offers.js';
import { categoryTexts } from './category-texts.js';
import { between, chance, pick, pickSome, uuidAt, weighted, zipf, type Random } from './random.js';
import type { Footprint, SeedArea } from './seed-areas.js';
import { epochMs, type Habit, type SeedProvider, type SeedTeam } from './seed-teams.js';
import { headlines, overviews, promises, suffixes, towns } from './words.js';

const dayMs = 24 * 3600 * 1000;
const firstOfferMs = epochMs + 31 * dayMs;
const lastOfferMs = epochMs + 1065 * dayMs;

/** The searchable texts of an offer, each as a sequence of phrases. */
export interface OfferPhrases {
  name: string[];
  headline: string[];
  features: string[];
  description: string[];
}

export interface SeedOffer extends OfferColumns {
  id: string;
  provider: SeedProvider;
  area: SeedArea | null;
  phrases: OfferPhrases;
  version: number;
  createdMs: number;
  updatedMs: number;
}

/** The teams and areas that the offers refer to. */
export interface World {
  providers: readonly SeedProvider[];
  resellers: readonly SeedTeam[];
  footprints: ReadonlyMap<string, Footprint>;
}

const drawStatus = weighted<OfferStatus>([
  ['active', 72],
  ['draft', 8],
  ['inactive', 12],
  ['archived', 8],
]);
const drawVisibility = {
  open: weighted<Visibility>([
    ['public', 96],
    ['preferred', 2],
    ['selected', 2],
  ]),
  mixed: weighted<Visibility>([
    ['public', 55],
    ['preferred', 28],
    ['selected', 17],
  ]),
  closed: weighted<Visibility>([
    ['public', 10],
    ['preferred', 60],
    ['selected', 30],
  ]),
} satisfies Record<Habit, unknown>;
const drawPricing = weighted<OfferColumns['pricingType']>([
  ['fixed', 75],
  ['variable', 10],
  ['tiered', 7],
  ['custom', 4],
  [null, 4],
]);
const drawCompliance = weighted<OfferColumns['complianceStatus']>([
  ['unknown', 35],
  ['compliant', 50],
  ['incomplete', 9],
  ['non_compliant', 2],
  ['exempt', 4],
]);
const monthlyFeeChoices = [
  { name: 'Equipment rental', amount: 9.95, kind: 'equipment' },
  { name: 'Regulatory recovery', amount: 2.49, kind: 'passThrough' },
  { name: 'Virus protection', amount: 4, kind: 'provider', mandatory: false },
] satisfies MonthlyFee[];
const cents = [0, 50, 95, 99, 99, 99];
const drawTown = zipf(towns, 0.8);
const drawPromise = zipf(promises, 0.7);
const drawHeadline = zipf(headlines, 0.5);
const draw = Object.fromEntries(
  Object.entries(categoryTexts).map(([category, { lines, features, sentences }]) => [
    category,
    { line: zipf(lines, 0.8), features, sentence: zipf(sentences, 0.7) },
  ]),
) as unknown as Record<
  CategoryName,
  { line: (random: Random) => string; features: string[]; sentence: (random: Random) => string }
>;

/** Yields the offers, oldest first. Consecutive offers often have the same provider, as after an import. */
export function* makeOffers(random: Random, world: World, count: number): Generator<SeedOffer> {
  const drawProvider = zipf(world.providers, 0.9);
  const drawReseller = zipf(world.resellers, 0.6);
  let provider = drawProvider(random);
  let left = 0;
  for (let index = 0; index < count; index += 1) {
    if (left === 0) {
      provider = drawProvider(random);
      left = chance(random, 0.7) ? between(random, 1, 3) : between(random, 4, 60);
    }
    left -= 1;
    const createdMs = firstOfferMs + Math.floor((index / count) * (lastOfferMs - firstOfferMs));
    const footprint = world.footprints.get(provider.id) ?? [null];
    yield makeOffer(random, { provider, footprint, createdMs, sku: `SKU-${index + 1}`, drawReseller });
  }
}

interface Setting {
  provider: SeedProvider;
  footprint: Footprint;
  createdMs: number;
  sku: string;
  drawReseller: (random: Random) => SeedTeam;
}

function makeOffer(random: Random, setting: Setting): SeedOffer {
  const { provider, footprint, createdMs, sku, drawReseller } = setting;
  const category = drawCategory(random);
  const part = makeCategoryPart(category, random);
  const phrases = makePhrases(random, provider, category, part);
  const visibility = drawVisibility[provider.habit](random);
  const allowed = visibility === 'selected' || chance(random, 0.01) ? between(random, 1, 8) : 0;
  const version = chance(random, 0.6) ? 1 : between(random, 2, 9);
  const name = phrases.name.join(' ');
  const data = {
    category,
    serviceSpecificData: chance(random, 0.97) ? part.service : null,
    complianceData: chance(random, 0.5) ? part.compliance : null,
  };
  return {
    id: uuidAt(random, createdMs),
    provider,
    area: chance(random, 0.7) ? (footprint[0] ?? null) : pick(random, footprint),
    phrases,
    version,
    createdMs,
    updatedMs: version === 1 ? createdMs : createdMs + between(random, 1, 30 * dayMs),
    ...pricing(random, part, { ...data, currency: provider.currency }),
    ...data,
    ...internals(random, name, sku),
    name,
    status: drawStatus(random),
    description: phrases.description.join(' ') || null,
    marketingHeadline: phrases.headline.join(' ') || null,
    marketingDescription: chance(random, 0.3)
      ? `${pick(random, headlines)}. ${pick(random, promises)}`
      : null,
    keyFeatures: phrases.features,
    imageUrl: chance(random, 0.5) ? `https://cdn.example/${category}/${between(random, 1, 500)}.png` : null,
    overview: chance(random, 0.5) ? pick(random, overviews) : null,
    complianceStatus: drawCompliance(random),
    complianceNotes: chance(random, 0.1) ? 'Label filed in January.' : null,
    visibility,
    allowedResellers: [...new Set(Array.from({ length: allowed }, () => drawReseller(random).id))],
  };
}

function makePhrases(
  random: Random,
  { brand }: SeedProvider,
  category: CategoryName,
  { size }: CategoryPart,
): OfferPhrases {
  const { line, features, sentence } = draw[category];
  const suffix = chance(random, 0.45) ? [pick(random, suffixes)] : [];
  return {
    name: [...(chance(random, 0.3) ? [brand] : []), line(random), size, ...suffix],
    headline: chance(random, 0.8) ? [drawHeadline(random)] : [],
    features: pickSome(random, features, between(random, 1, 5)),
    description: chance(random, 0.9)
      ? [
          sentence(random),
          ...(chance(random, 0.5) ? [`Serves ${drawTown(random)}.`] : []),
          drawPromise(random),
        ]
      : [],
  };
}

/** Draws the price and the fees. All seeded currencies have two decimal places. */
function pricing(
  random: Random,
  { price: [low, high] }: CategoryPart,
  data: Pick<PricedFields, 'currency' | 'category' | 'serviceSpecificData' | 'complianceData'>,
) {
  const amount = BigInt(Math.floor(low + (high - low) * random()) * 100 + pick(random, cents));
  const pricingType = drawPricing(random);
  const quoted = pricingType === 'custom' || chance(random, 0.04);
  const fees: Fees | null = chance(random, 0.4)
    ? Object.fromEntries(pickSome(random, feeNames, 2).map((fee) => [fee, between(random, 0, 30) * 5]))
    : null;
  const monthlyPriceMinor = quoted ? null : amount;
  const monthlyPrice = quoted ? null : Number(amount) / 100;
  const introductory =
    monthlyPrice !== null && chance(random, 0.12)
      ? { monthlyPrice: Math.floor(monthlyPrice * 0.7), months: pick(random, [3, 6, 12]) }
      : null;
  const monthlyFees = chance(random, 0.15) ? pickSome(random, monthlyFeeChoices, 2) : null;
  const oneTimeFees = chance(random, 0.05) ? [{ name: 'Shipping', amount: 9.95 }] : null;
  const taxes = pick(random, [null, null, 'included', 'varies'] as const);
  const fields = { ...data, monthlyPrice, introductory, monthlyFees, oneTimeFees, fees };
  return {
    pricingType,
    monthlyPriceMinor,
    fees,
    currency: data.currency,
    introductory,
    monthlyFees,
    oneTimeFees,
    contract: contractOf(random, data),
    taxes,
    pricing: pricingOf(fields),
  };
}

/** Draws the contract; that of an energy offer is in the data of its category. */
function contractOf(random: Random, { category }: Pick<PricedFields, 'category'>): Contract | null {
  if (category === 'energy' || chance(random, 0.7)) return null;
  const months = pick(random, [0, 12, 12, 24]);
  return { months, required: months > 0 };
}

/** Draws the fields that only the provider sees. */
function internals(random: Random, name: string, sku: string) {
  return {
    internalName: chance(random, 0.5) ? name.toLowerCase().replaceAll(' ', '-') : null,
    internalDescription: chance(random, 0.2) ? 'Margin reviewed in January.' : null,
    sku: chance(random, 0.9) ? sku : null,
    externalId: chance(random, 0.6) ? `crm-${sku.slice(4)}` : null,
    metadata: { region: pick(random, ['north', 'south', 'east', 'west']) },
    submissionUrl: chance(random, 0.25) ? 'https://orders.example/submit' : null,
    submissionConfig: chance(random, 0.15)
      ? { formFields: [{ name: 'customerName', type: 'text', required: true }] }
      : null,
  };
}
