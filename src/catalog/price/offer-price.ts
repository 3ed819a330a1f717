import { chargesOf, factsLabelOf } from '../../offers/categories/energy.js';
import { cliffsOf, priceAt, type Cliff } from '../../offers/pricing/energy-bill.js';
import { businessUsages, labelUsages, statedPrice } from '../../offers/pricing/per-kwh.js';
import type { OfferToCompare } from '../listing/catalog-json.js';

export const priceBases = ['charges', 'label'] as const;

interface PriceAtUsage {
  usageKwh: number;
  monthlyCost: number | null;
  centsPerKwh: number | null;
}

/** What a month of energy costs at several usages. */
export interface OfferPrice {
  offerId: string;
  currency: string;
  basis: (typeof priceBases)[number] | null;
  knownUsageKwh: number[] | null;
  note: string | null;
  prices: PriceAtUsage[];
  cliffs: Cliff[];
}

/** Computes the prices of an offer at the given usages, as far as they are known. */
export function pricesAt(offer: OfferToCompare, usages: readonly number[]): OfferPrice {
  const { id: offerId, category, currency, serviceSpecificData, complianceData } = offer;
  const charges = category === 'energy' ? chargesOf({ ...serviceSpecificData }) : undefined;
  if (charges) {
    const prices = usages.map((usageKwh) => priceAt(charges, usageKwh, currency));
    const cliffs = cliffsOf(charges, currency);
    return { offerId, currency, basis: 'charges', knownUsageKwh: null, note: null, prices, cliffs };
  }
  const stated = category === 'energy' ? statedPrices({ ...complianceData }) : new Map<number, number>();
  const known = [...stated.keys()];
  const prices = usages.map((usageKwh) => ({
    usageKwh,
    monthlyCost: null,
    centsPerKwh: stated.get(usageKwh) ?? null,
  }));
  return {
    offerId,
    currency,
    basis: known.length > 0 ? 'label' : null,
    knownUsageKwh: known,
    note: noteOn(category, known),
    prices,
    cliffs: [],
  };
}

/** Returns the average prices that the label states, for any class of customers, by usage in ascending order. */
function statedPrices(compliance: Record<string, unknown>): Map<number, number> {
  const label = factsLabelOf(compliance);
  const usages = [...labelUsages, ...businessUsages].toSorted((a, b) => a - b);
  return new Map(
    usages.flatMap((usage): [number, number][] => {
      const price = statedPrice(label?.[`avgPrice${usage}kwh`]);
      return price === null ? [] : [[usage, price]];
    }),
  );
}

const inWords = new Intl.ListFormat('en', { type: 'conjunction' });

function noteOn(category: string | null, known: readonly number[]): string {
  if (category !== 'energy') return 'Only energy offers have a price per kWh.';
  if (known.length === 0) return 'The offer contains neither its charges nor the average prices of a label.';
  const usages = inWords.format(known.map((usage) => usage.toLocaleString('en-US')));
  return `The charges of the offer are unknown. Its label states only average prices, at ${usages} kWh per month.`;
}
