import { categories } from '../../offers/categories/all-categories.js';
import type { Category } from '../../offers/categories/category.js';
import { fieldRules } from '../../validation/rules.js';
import { labelUsages } from '../../offers/pricing/per-kwh.js';
import type { Pricing } from '../../offers/pricing/pricing-view.js';
import type { OfferToCompare } from '../listing/catalog-json.js';

type Value = string | number | boolean | null;
type Data = Record<string, unknown>;

/** The comparable attributes of all categories, by name. */
const readers: NonNullable<Category['comparable']> = Object.assign(
  {},
  ...Object.values<Category>(categories).map(({ comparable }) => comparable),
);

export interface Comparison {
  offers: ComparedOffer[];
  differing: string[];
  extra: ExtraAttribute[];
}

/** A key of category data that no schema defines, by which the offers differ. */
export interface ExtraAttribute {
  name: string;
  unit: string | null;
  /** In the order of the offers. */
  values: Value[];
}

export interface ComparedOffer {
  id: string;
  name: string;
  providerName: string;
  category: string | null;
  currency: string;
  monthlyPrice: number | null;
  setupFee: number | null;
  depositRequired: number | null;
  earlyTerminationFee: number | null;
  costOver12Months: number | null;
  costOver24Months: number | null;
  pricing: Pricing;
  complianceAssessment: OfferToCompare['complianceAssessment'];
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
  return { offers, differing: differing(offers, names), extra: extraAttributes(rows) };
}

function pricesOf(row: OfferToCompare): Omit<ComparedOffer, 'attributes'> {
  const { id, name, providerName, category, currency, monthlyPrice, setupFee, fees, pricing } = row;
  const { complianceAssessment } = row;
  return {
    id,
    name,
    providerName,
    category,
    currency,
    monthlyPrice,
    setupFee,
    depositRequired: fees?.depositRequired ?? null,
    earlyTerminationFee: fees?.earlyTerminationFee ?? null,
    costOver12Months: pricing.costOver12Months,
    costOver24Months: pricing.costOver24Months,
    pricing,
    complianceAssessment,
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

/** The members of `pricing` that a compared offer does not contain elsewhere. */
const pricedNames = ['firstMonthly', 'regularMonthly', 'allInMonthly', 'setupFee'] as const;

const parts = [
  ['serviceSpecificData', 'service'],
  ['complianceData', 'compliance'],
] as const;
const maxExtra = 100;

/** Returns the keys that the schemas do not define and whose scalar values differ. A missing value is null. */
function extraAttributes(rows: readonly OfferToCompare[]): ExtraAttribute[] {
  return parts
    .flatMap(([member, part]) => {
      const extras = rows.map((row) => {
        const known = fieldRules(categories[row.category ?? 'other'][part]);
        return new Map(Object.entries(row[member] ?? {}).filter(([key]) => !known.has(key)));
      });
      return [...new Set(extras.flatMap((extra) => [...extra.keys()]))].map((key) => ({
        name: `${member}.${key}`,
        unit: unitOf(key),
        values: extras.map((extra) => scalarOf(extra.get(key))),
      }));
    })
    .filter(({ values }) => new Set(values).size > 1)
    .slice(0, maxExtra);
}

/** Units with which names of keys end, by convention: `downloadMbps`, `ramGb`. */
const units: Record<string, string> = {
  Kbps: 'kbps',
  Mbps: 'Mbps',
  Gbps: 'Gbps',
  Mb: 'MB',
  Gb: 'GB',
  Tb: 'TB',
  Ms: 'ms',
  Seconds: 's',
  Minutes: 'min',
  Hours: 'h',
  Days: 'days',
  Months: 'months',
  Years: 'years',
  Kwh: 'kWh',
  Kw: 'kW',
  CentsPerKwh: 'cents per kWh',
  Cents: 'cents',
  Percent: '%',
  Percentage: '%',
  Miles: 'mi',
  Km: 'km',
};

/** Returns the unit that is the end of a key's name; null if it has none. */
function unitOf(key: string): string | null {
  const endings = Object.keys(units).filter((ending) => key.endsWith(ending) && key !== ending);
  const [longest] = endings.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? null : (units[longest] ?? null);
}

function differing(offers: readonly ComparedOffer[], names: readonly string[]): string[] {
  const differs = (read: (offer: ComparedOffer) => unknown) => new Set(offers.map(read)).size > 1;
  const fields = Object.keys(offers[0] ?? {}).filter(
    (name) => !['id', 'pricing', 'complianceAssessment', 'attributes'].includes(name),
  );
  return [
    ...fields.filter((name) => differs((offer) => offer[name as keyof ComparedOffer])),
    ...(differs((offer) => offer.complianceAssessment.status) ? ['complianceAssessment.status'] : []),
    ...pricedNames.filter((name) => differs(({ pricing }) => pricing[name])).map((name) => `pricing.${name}`),
    ...labelUsages
      .filter((usage) => differs(({ pricing }) => pricing.perKwh[usage]))
      .map((usage) => `pricing.perKwh.${usage}`),
    ...names.filter((name) => differs((offer) => offer.attributes[name])).map((name) => `attributes.${name}`),
  ];
}
