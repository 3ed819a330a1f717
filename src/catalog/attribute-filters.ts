import type { CategoryName } from '../offers/categories.js';
import type { CatalogFilters } from './catalog-query.dto.js';

interface AttributeFilter {
  category: CategoryName;
  /** The condition on `data`, the offer's serviceSpecificData; `value` is a parameter. */
  condition: (data: string, value: string) => string;
}

const equals = (key: string) => (data: string, value: string) => `${data}->>'${key}' = ${value}`;
const number = (data: string, key: string) => `(${data}->'${key}')::numeric`;
const atLeast = (key: string) => (data: string, value: string) => `${number(data, key)} >= ${value}::numeric`;
const atMost = (key: string) => (data: string, value: string) => `${number(data, key)} <= ${value}::numeric`;

/** Filters on the data of a category. Each holds for offers of its category only. */
export const attributeFilters = {
  connectionType: { category: 'internet', condition: equals('connectionType') },
  minDownloadMbps: { category: 'internet', condition: atLeast('maxBandwidth') },
  unlimitedData: {
    category: 'internet',
    // An offer that tells nothing of its service is not unlimited.
    condition: (data, value) =>
      `${data} IS NOT NULL AND (coalesce(${data}->'dataCap', 'null') = 'null') = ${value}::boolean`,
  },
  minChannels: { category: 'television', condition: atLeast('channelCount') },
  monitoringType: { category: 'security', condition: equals('monitoringType') },
  installationType: { category: 'security', condition: equals('installationType') },
  energyType: { category: 'energy', condition: equals('energyType') },
  minRenewablePercentage: { category: 'energy', condition: atLeast('renewablePercentage') },
  maxContractMonths: { category: 'energy', condition: atMost('contractLengthMonths') },
  minCoverage: { category: 'insurance', condition: atLeast('coverageAmount') },
} satisfies Partial<Record<keyof CatalogFilters, AttributeFilter>>;

/**
 * The SQL of one filter on offer `o`. The CASE keeps Postgres from casting the data of another category, where a key
 * of the same name may hold anything.
 */
export function attributeCondition(name: keyof typeof attributeFilters, value: string): string {
  const { category, condition }: AttributeFilter = attributeFilters[name];
  const holds = condition('o.service_specific_data', value);
  return `o.category = '${category}' AND CASE WHEN o.category = '${category}' THEN ${holds} END`;
}
