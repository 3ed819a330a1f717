import type { CategoryName } from '../offers/categories.js';
import type { CatalogFilters } from './catalog-query.dto.js';

interface AttributeFilter {
  category: CategoryName;
  /** The SQL that takes the attribute from `data`, the offer's serviceSpecificData. */
  attribute: (data: string) => string;
  /** The condition on the attribute; `value` is a parameter. */
  holds: (attribute: string, value: string) => string;
}

type Kind = (key: string) => Omit<AttributeFilter, 'category'>;

const equals: Kind = (key) => ({
  attribute: (data) => `${data}->>'${key}'`,
  holds: (attribute, value) => `${attribute} = ${value}`,
});
const number = (key: string) => (data: string) => `(${data}->'${key}')::numeric`;
const atLeast: Kind = (key) => ({
  attribute: number(key),
  holds: (attribute, value) => `${attribute} >= ${value}::numeric`,
});
const atMost: Kind = (key) => ({
  attribute: number(key),
  holds: (attribute, value) => `${attribute} <= ${value}::numeric`,
});
/** Absent and null are the same, but an offer that tells nothing of its service is neither. */
const isNull: Kind = (key) => ({
  attribute: (data) => `CASE WHEN ${data} IS NOT NULL THEN coalesce(${data}->'${key}', 'null') = 'null' END`,
  holds: (attribute, value) => `${attribute} = ${value}::boolean`,
});

/** Filters on the data of a category. Each holds for offers of its category only. */
export const attributeFilters = {
  connectionType: { category: 'internet', ...equals('connectionType') },
  minDownloadMbps: { category: 'internet', ...atLeast('maxBandwidth') },
  unlimitedData: { category: 'internet', ...isNull('dataCap') },
  minChannels: { category: 'television', ...atLeast('channelCount') },
  monitoringType: { category: 'security', ...equals('monitoringType') },
  installationType: { category: 'security', ...equals('installationType') },
  energyType: { category: 'energy', ...equals('energyType') },
  minRenewablePercentage: { category: 'energy', ...atLeast('renewablePercentage') },
  maxContractMonths: { category: 'energy', ...atMost('contractLengthMonths') },
  minCoverage: { category: 'insurance', ...atLeast('coverageAmount') },
} satisfies Partial<Record<keyof CatalogFilters, AttributeFilter>>;

/**
 * The SQL of one filter on offer `o`. The CASE keeps Postgres from casting the data of another category, where a key
 * of the same name may hold anything. The indexes by category carry the same expressions, letter by letter: offers
 * that do not match are passed over without being read.
 */
export function attributeCondition(name: keyof typeof attributeFilters, value: string): string {
  const { category, attribute, holds }: AttributeFilter = attributeFilters[name];
  const ofCategory = `CASE WHEN o.category = '${category}' THEN ${attribute('o.service_specific_data')} END`;
  return `o.category = '${category}' AND ${holds(`(${ofCategory})`, value)}`;
}
