import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { CatalogFilters } from './catalog-query.dto.js';

interface AttributeFilter {
  /** The only category with the attribute; undefined if all have it. */
  category?: CategoryName;
  /** The column that contains the attribute; null in other categories. */
  column: string;
  /** Returns the SQL condition on the column; `value` is a parameter, `given` its value. */
  condition: (column: string, value: string, given: unknown) => string;
  /**
   * If the value is at least this high, few offers match, and a partial index contains only these, ordered by
   * price.
   */
  rareFrom?: number;
}

const equals: AttributeFilter['condition'] = (column, value) => `${column} = ${value}`;
const is: AttributeFilter['condition'] = (column, value) => `${column} = ${value}::boolean`;
const isText: AttributeFilter['condition'] = (column, value) => `lower(${column}) = lower(${value})`;
const atLeast: AttributeFilter['condition'] = (column, value) => `${column} >= ${value}::numeric`;
const atMost: AttributeFilter['condition'] = (column, value) => `${column} <= ${value}::numeric`;

/** Filters on category data. Each one matches only offers in its category. */
export const attributeFilters = {
  connectionType: { category: 'internet', column: 'connection_type', condition: equals },
  minDownloadMbps: { category: 'internet', column: 'download_mbps', condition: atLeast, rareFrom: 2000 },
  minUploadMbps: { category: 'internet', column: 'upload_mbps', condition: atLeast },
  unlimitedData: { category: 'internet', column: 'unlimited_data', condition: is },
  minChannels: { category: 'television', column: 'channel_count', condition: atLeast },
  hd: { category: 'television', column: 'hd', condition: is },
  dvr: { category: 'television', column: 'dvr', condition: is },
  includesStreaming: { category: 'television', column: 'includes_streaming', condition: is },
  monitoringType: { category: 'security', column: 'monitoring_type', condition: equals },
  installationType: { category: 'security', column: 'installation_type', condition: equals },
  energyType: { category: 'energy', column: 'energy_type', condition: equals },
  utility: {
    category: 'energy',
    column: 'utility',
    condition: (column, value) => `${column} = upper(${value})`,
  },
  prepaid: { category: 'energy', column: 'prepaid', condition: is },
  timeOfUse: { category: 'energy', column: 'time_of_use', condition: is },
  minRenewablePercentage: { category: 'energy', column: 'renewable_percentage', condition: atLeast },
  maxContractMonths: { category: 'energy', column: 'contract_months', condition: atMost },
  minCoverage: { category: 'insurance', column: 'coverage_amount', condition: atLeast },
  deductible: { category: 'insurance', column: 'deductible', condition: atMost },
  insuranceType: { category: 'insurance', column: 'insurance_type', condition: isText },
  contractMonths: { column: 'contract_months', condition: atMost },
  complianceAssessment: {
    column: 'assessed_status',
    // A single status is compared by `=`, so that an index returns its offers in order.
    condition: (column, value, given) =>
      (given as string[]).length === 1
        ? `${column} = (${value}::text[])[1]`
        : `${column} = ANY (${value}::text[])`,
  },
  complianceStatus: { column: 'compliance_status', condition: equals },
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
  const isIn = category === undefined ? '' : `o.category = '${category}' AND `;
  const sql = isIn + condition(`o.${column}`, value, given);
  // Postgres matches a partial index against a constant, not against a parameter.
  return rareFrom !== undefined && Number(given) >= rareFrom ? `${sql} AND o.${column} >= ${rareFrom}` : sql;
}
