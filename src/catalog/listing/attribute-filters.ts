import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { CatalogFilters } from './catalog-query.dto.js';

interface AttributeFilter {
  category: CategoryName;
  /** Where the offer keeps what is asked for; null in all other categories. */
  column: string;
  /** The condition on the column; `value` is a parameter. */
  holds: (column: string, value: string) => string;
  /** From here on few offers match; an index has these alone, in the order of their prices. */
  rareFrom?: number;
}

const equals: AttributeFilter['holds'] = (column, value) => `${column} = ${value}`;
const is: AttributeFilter['holds'] = (column, value) => `${column} = ${value}::boolean`;
const atLeast: AttributeFilter['holds'] = (column, value) => `${column} >= ${value}::numeric`;
const atMost: AttributeFilter['holds'] = (column, value) => `${column} <= ${value}::numeric`;

/** Filters on the data of a category. Each holds for offers of its category only. */
export const attributeFilters = {
  connectionType: { category: 'internet', column: 'connection_type', holds: equals },
  minDownloadMbps: { category: 'internet', column: 'download_mbps', holds: atLeast, rareFrom: 2000 },
  unlimitedData: { category: 'internet', column: 'unlimited_data', holds: is },
  minChannels: { category: 'television', column: 'channel_count', holds: atLeast },
  monitoringType: { category: 'security', column: 'monitoring_type', holds: equals },
  installationType: { category: 'security', column: 'installation_type', holds: equals },
  energyType: { category: 'energy', column: 'energy_type', holds: equals },
  minRenewablePercentage: { category: 'energy', column: 'renewable_percentage', holds: atLeast },
  maxContractMonths: { category: 'energy', column: 'contract_months', holds: atMost },
  minCoverage: { category: 'insurance', column: 'coverage_amount', holds: atLeast },
} satisfies Partial<Record<keyof CatalogFilters, AttributeFilter>>;

/**
 * The SQL of one filter on offer `o`. That it names the category lets Postgres take the indexes by category, which
 * hold the columns as well: offers that do not match are passed over without being read.
 */
export function attributeCondition(
  name: keyof typeof attributeFilters,
  value: string,
  given: unknown,
): string {
  const { category, column, holds, rareFrom }: AttributeFilter = attributeFilters[name];
  const condition = `o.category = '${category}' AND ${holds(`o.${column}`, value)}`;
  // Said as a constant, too, because of a parameter Postgres does not know that the index has them.
  return rareFrom !== undefined && Number(given) >= rareFrom
    ? `${condition} AND o.${column} >= ${rareFrom}`
    : condition;
}
