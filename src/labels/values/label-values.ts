import { hash } from 'node:crypto';
import type { License } from '../../licenses/license.js';
import { allInPriceOf, type AllInPrice } from './all-in-price.js';
import { broadbandFactsOf, type BroadbandFacts } from './broadband-facts.js';
import { electricityFactsOf, type ElectricityFacts } from './electricity-facts.js';
import type { LabelSource } from './label-source.js';
import { licenseCardOf, licenseKindOf, type LicenseCard } from './license-card.js';

/** What a label shows, by the kind of label. A value that the offer does not state is null. */
export type LabelValues = BroadbandFacts | ElectricityFacts | AllInPrice | LicenseCard;

const labelled =
  'a label exists for the categories internet (for the mass market), television, security, energy (electricity) and insurance';

/**
 * Computes the values of an offer's label.
 * @param licenses those of the provider; only labels of licensed categories contain them
 * @returns the reason, as a sentence, if offers of this kind have no label
 */
export function labelValuesOf(offer: LabelSource, licenses: readonly License[]): LabelValues | string {
  switch (offer.category) {
    case 'internet':
      return offer.compliance.massMarket === false
        ? `The offer has no label, because its massMarket is false; ${labelled}`
        : broadbandFactsOf(offer);
    case 'energy':
      return electricityOrReason(offer);
    case 'television':
      return allInPriceOf(offer);
    case 'security':
    case 'insurance':
      return licenseCardOf(offer, offer.category, licenses);
    case null:
      return `The offer has no label, because it has no category; ${labelled}`;
    default:
      return `The offer has no label, because its category is ${offer.category}; ${labelled}`;
  }
}

function electricityOrReason(offer: LabelSource): ElectricityFacts | string {
  const { energyType = 'electricity' } = offer.service;
  return energyType === 'electricity'
    ? electricityFactsOf(offer)
    : `The offer has no label, because its energyType is ${String(energyType)}; ${labelled}`;
}

/** Returns the kind of the provider's licenses on a label; undefined if it shows none. */
export const licenseKindOn = ({ category }: Pick<LabelSource, 'category'>): License['kind'] | undefined =>
  category === 'security' || category === 'insurance' ? licenseKindOf[category] : undefined;

/** A label in the form in which it is stored. Equal labels have equal hashes. */
export interface StorableLabel {
  json: string;
  /** SHA-256 of the JSON. */
  hash: Buffer;
}

export function storableLabel(values: LabelValues): StorableLabel {
  const json = JSON.stringify(values);
  return { json, hash: hash('sha256', json, 'buffer') };
}
