import { omit } from '../../common/omit.js';
import { categories } from '../../offers/categories/all-categories.js';
import type { Category } from '../../offers/categories/category.js';
import { labelUsages } from '../../offers/pricing/per-kwh.js';
import type { OfferToCompare } from '../listing/catalog-json.js';
import { compareFields, type ComparedFields } from './compared-fields.js';

type Value = string | number | boolean | null;
type Data = Record<string, unknown>;

/** The comparable attributes of all categories, by name. */
const readers: NonNullable<Category['comparable']> = Object.assign(
  {},
  ...Object.values<Category>(categories).map(({ comparable }) => comparable),
);

export interface Comparison extends ComparedFields {
  offers: ComparedOffer[];
}

export interface ComparedOffer extends Omit<OfferToCompare, 'serviceSpecificData' | 'complianceData'> {
  depositRequired: number | null;
  earlyTerminationFee: number | null;
  costOver12Months: number | null;
  costOver24Months: number | null;
  attributes: Record<string, Value>;
}

/** Compares offers in the same units, and lists the fields whose values differ. */
export function compare(rows: readonly OfferToCompare[]): Comparison {
  const attributes = rows.map(attributesOf);
  // Omit attributes that none of the offers has.
  const names = Object.keys(readers).filter((name) => attributes.some((values) => values[name] !== null));
  const offers = rows.map((row, index) => ({
    ...pricesOf(row),
    attributes: Object.fromEntries(names.map((name) => [name, attributes[index]?.[name] ?? null])),
  }));
  const compared = compareFields(rows);
  return { offers, ...compared, differing: [...differing(offers, names), ...compared.differing] };
}

function pricesOf(row: OfferToCompare): Omit<ComparedOffer, 'attributes'> {
  const { fees, pricing } = row;
  return {
    ...omit(row, ['serviceSpecificData', 'complianceData']),
    depositRequired: fees?.depositRequired ?? null,
    earlyTerminationFee: fees?.earlyTerminationFee ?? null,
    costOver12Months: pricing.costOver12Months,
    costOver24Months: pricing.costOver24Months,
  };
}

function attributesOf({ serviceSpecificData, complianceData }: OfferToCompare): Record<string, Value> {
  const service = (serviceSpecificData ?? {}) as Data;
  const compliance = (complianceData ?? {}) as Data;
  return Object.fromEntries(
    Object.entries(readers).map(([name, read]) => [name, scalarOf(read(service, compliance))]),
  );
}

/**
 * Returns a scalar value, or null for any other value, which cannot be compared. Keys that the schema of a
 * category does not define can contain any value.
 */
const scalarOf = (value: unknown): Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;

/** The members of a compared offer that are compared as they are. */
const comparedNames = [
  'name',
  'providerName',
  'category',
  'currency',
  'pricingType',
  'monthlyPrice',
  'setupFee',
  'depositRequired',
  'earlyTerminationFee',
  'costOver12Months',
  'costOver24Months',
] as const satisfies readonly (keyof ComparedOffer)[];

/** The members of `pricing` that a compared offer does not contain elsewhere. */
const pricedNames = ['firstMonthly', 'regularMonthly', 'allInMonthly', 'setupFee'] as const;

function differing(offers: readonly ComparedOffer[], names: readonly string[]): string[] {
  const differs = (read: (offer: ComparedOffer) => unknown) => new Set(offers.map(read)).size > 1;
  return [
    ...comparedNames.filter((name) => differs((offer) => offer[name])),
    ...(differs((offer) => offer.complianceAssessment.status) ? ['complianceAssessment.status'] : []),
    ...pricedNames.filter((name) => differs(({ pricing }) => pricing[name])).map((name) => `pricing.${name}`),
    ...labelUsages
      .filter((usage) => differs(({ pricing }) => pricing.perKwh[usage]))
      .map((usage) => `pricing.perKwh.${usage}`),
    ...names.filter((name) => differs((offer) => offer.attributes[name])).map((name) => `attributes.${name}`),
  ];
}
