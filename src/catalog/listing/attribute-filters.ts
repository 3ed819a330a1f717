import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { CatalogFilters } from './catalog-query.dto.js';

interface AttributeFilter {
  category: CategoryName;
  /** The column that contains the attribute; null in other categories. */
  column: string;
  /** Returns the SQL condition on the column; `value` is a parameter. */
  condition: (column: string, value: string) => string;
  /**
   * If the value is at least this high, few offers match, and a partial index contains only these, ordered by
   * price.
   */
  rareFrom?: number;
}

const equals: AttributeFilter['condition'] = (column, value) => `${column} = ${value}`;
const is: AttributeFilter['condition'] = (column, value) => `${column} = ${value}::boolean`;
const atLeast: AttributeFilter['condition'] = (column, value) => `${column} >= ${value}::numeric`;
const atMost: AttributeFilter['condition'] = (column, value) => `${column} <= ${value}::numeric`;

/** Filters on category data. Each one matches only offers in its category. */
export const attributeFilters = {
  connectionType: { category: 'internet', column: 'connection_type', condition: equals },
  minDownloadMbps: { category: 'internet', column: 'download_mbps', condition: atLeast, rareFrom: 2000 },
  unlimitedData: { category: 'internet', column: 'unlimited_data', condition: is },
  minChannels: { category: 'television', column: 'channel_count', condition: atLeast },
  monitoringType: { category: 'security', column: 'monitoring_type', condition: equals },
  installationType: { category: 'security', column: 'installation_type', condition: equals },
  energyType: { category: 'energy', column: 'energy_type', condition: equals },
  minRenewablePercentage: { category: 'energy', column: 'renewable_percentage', condition: atLeast },
  maxContractMonths: { category: 'energy', column: 'contract_months', condition: atMost },
  minCoverage: { category: 'insurance', column: 'coverage_amount', condition: atLeast },
} satisfies Partial<Record<keyof CatalogFilters, AttributeFilter>>;

/**
 * Returns the SQL condition of one filter on offer `o`. The condition includes the category, so that Postgres
 * can use the indexes by category. They contain the attribute columns, so offers that do not match are
 * skipped without being read.
 */
export function attributeCondition(
  name: keyof typeof attributeFilters,
  value: string,
  given: unknown,
): string {
  const { category, column, condition, rareFrom }: AttributeFilter = attributeFilters[name];
  const sql = `o.category = '${category}' AND ${condition(`o.${column}`, value)}`;
  // Postgres matches a partial index against a constant, not against a parameter.
  return rareFrom !== undefined && Number(given) >= rareFrom ? `${sql} AND o.${column} >= ${rareFrom}` : sql;
}
