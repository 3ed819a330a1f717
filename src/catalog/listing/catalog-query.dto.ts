import { CurrencyField, MoneyField } from '../../money/money-fields.js';
import { EnumField, BooleanField, NumberField, TextField } from '../../validation/fields.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';
import { EnumListField } from '../../validation/list-fields.js';
import { PageQuery } from '../../paging/page.js';
import { zipOf } from '../../areas/zip-states.js';
import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import { connectionTypes } from '../../offers/categories/internet.js';
import { energyTypes, utilityCode } from '../../offers/categories/energy.js';
import { statusesOfAssessment } from '../../offers/assessment/assessment-result.js';
import { complianceStatuses } from '../../offers/offer-fields.js';
import {
  labelUsages,
  maxCentsPerKwh,
  minCentsPerKwh,
  type LabelUsage,
} from '../../offers/pricing/per-kwh.js';
import { installationTypes, monitoringTypes } from '../../offers/categories/security.js';
import { validate as isUuid } from 'uuid';

/** The sort keys by amount, with their columns. */
export const amountColumns = {
  price: 'price_key',
  allInPrice: 'all_in_key',
  costOver12Months: 'cost_12_key',
  costOver24Months: 'cost_24_key',
} as const;
const amountKeys = Object.keys(amountColumns) as (keyof typeof amountColumns)[];
export const sortKeys = [...amountKeys, 'pricePerKwh', 'name', 'createdAt', 'provider', 'relevance'] as const;
export type SortKey = (typeof sortKeys)[number];
export const facetNames = [
  'category',
  'provider',
  'price',
  'connectionType',
  'currency',
  'contractMonths',
  'utility',
  'complianceAssessment',
] as const;
export type FacetName = (typeof facetNames)[number];

const isZip = (value: unknown) => zipOf(String(value)) !== undefined;

function Zip(options: FieldOptions) {
  const known = rule({ code: 'format' }, 'must be a ZIP code such as 94102 or 94102-1234', isZip);
  return field({ type: 'string', pattern: '^\\d{5}(-\\d{4})?$' }, options, known);
}

const isLabelUsage = (value: unknown) => (labelUsages as readonly unknown[]).includes(value);

const UsageField = (options: FieldOptions) =>
  field(
    { type: 'integer', enum: [...labelUsages] },
    options,
    rule({ code: 'enum', coerce: 'number' }, `must be one of ${labelUsages.join(', ')}`, isLabelUsage),
  );

/** The catalog filters; an offer must match all of them. */
export class CatalogFilters extends PageQuery {
  @EnumField(categoryNames, { description: 'Returns only offers in this category.', optional: true })
  category?: CategoryName;

  @CurrencyField({
    description:
      "Currency in which amounts are compared: by price bounds, in sort orders and in the price facet. Price bounds omit offers in other currencies; sort orders put them last. The default is your team's currency.",
    optional: true,
    example: 'USD',
  })
  currency?: string;

  @MoneyField({
    description: 'Minimum monthly price. Offers without a price in the currency are omitted.',
    optional: true,
    example: 20,
  })
  minPrice?: number;

  @MoneyField({
    description: 'Maximum monthly price. Offers without a price in the currency are omitted.',
    optional: true,
    example: 80,
  })
  maxPrice?: number;

  @MoneyField({
    description:
      'Maximum of `pricing.allInMonthly`: the monthly price with all mandatory fees. Offers in other currencies, and those whose price is unknown, are omitted.',
    optional: true,
    example: 100,
  })
  maxAllInPrice?: number;

  @UsageField({
    description:
      'Energy: monthly usage in kWh at which prices per kWh are compared, by `maxPricePerKwh` and `sortBy=pricePerKwh`.',
    default: 1000,
    optional: true,
    example: 1000,
  })
  usageKwh?: LabelUsage;

  @NumberField({
    description:
      'Energy: maximum average price at `usageKwh`, in cents (hundredths of the major unit) per kWh. Offers in other currencies, and those whose price is unknown, are omitted.',
    min: minCentsPerKwh,
    max: maxCentsPerKwh,
    unit: 'cents per kWh',
    optional: true,
    example: 15,
  })
  maxPricePerKwh?: number;

  @NumberField({
    description:
      'Maximum length of the contract in months, in all categories. Offers whose contract is unknown are omitted.',
    integer: true,
    min: 0,
    optional: true,
    example: 12,
  })
  contractMonths?: number;

  @EnumField(complianceStatuses, { description: 'Returns only offers with this status.', optional: true })
  complianceStatus?: string;

  @EnumListField(statusesOfAssessment, {
    description:
      'Returns only offers whose `complianceAssessment` has one of these statuses, separated by commas.',
    minItems: 1,
    maxItems: statusesOfAssessment.length,
    optional: true,
    example: ['compliant'],
  })
  complianceAssessment?: string[];

  @Zip({
    description: 'Returns only offers available in this ZIP code, in the form 12345 or 12345-6789.',
    optional: true,
    example: '94102',
  })
  zipCode?: string;

  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Returns only offers from this provider.', optional: true },
    rule({ code: 'format' }, 'must be the ID of a team', isUuid),
  )
  providerId?: string;

  @TextField({
    description:
      'Searches the name, description, marketing headline and key features, in web-search syntax: "exact phrase", or, -excluded. Case, accents, punctuation and symbols are ignored, and English words match all of their forms. Common words such as `the` count only in quotes, after a minus, or alone. Phrases, and words in scripts without spaces, are found among the first 256 occurrences of each of their words or characters in an offer. If nothing is found, words that occur in no offer that you can see also match words of public offers with a similar spelling.',
    min: 1,
    max: 200,
    optional: true,
    example: 'gigabit fibre',
  })
  search?: string;

  @EnumField(connectionTypes, { description: 'Internet: connection type.', optional: true })
  connectionType?: string;

  @NumberField({
    description: 'Internet: lower bound for the maximum download speed, in Mbps.',
    min: 0,
    optional: true,
    example: 300,
  })
  minDownloadMbps?: number;

  @NumberField({
    description:
      'Internet: lower bound for the typical upload speed of the broadband label, or the lower end of its range, in Mbps.',
    min: 0,
    optional: true,
    example: 20,
  })
  minUploadMbps?: number;

  @BooleanField({
    description:
      'Internet: only offers with unlimited data (true) or with a data cap (false), according to `dataCap` or, if that is omitted, to the broadband label. Offers whose cap is unknown match neither.',
    optional: true,
  })
  unlimitedData?: boolean;

  @NumberField({
    description: 'Television: minimum number of channels.',
    integer: true,
    min: 0,
    optional: true,
  })
  minChannels?: number;

  @BooleanField({ description: 'Television: only offers with (true) or without (false) HD.', optional: true })
  hd?: boolean;

  @BooleanField({
    description: 'Television: only offers with (true) or without (false) a recorder.',
    optional: true,
  })
  dvr?: boolean;

  @BooleanField({
    description: 'Television: only offers with (true) or without (false) streaming apps.',
    optional: true,
  })
  includesStreaming?: boolean;

  @EnumField(monitoringTypes, { description: 'Security: type of monitoring.', optional: true })
  monitoringType?: string;

  @EnumField(installationTypes, { description: 'Security: type of installation.', optional: true })
  installationType?: string;

  @EnumField(energyTypes, { description: 'Energy: type of energy.', optional: true })
  energyType?: string;

  @TextField({
    description: 'Energy: code of the utility, such as ONCOR; case-insensitive.',
    max: utilityCode.max,
    min: 1,
    optional: true,
    example: 'ONCOR',
  })
  utility?: string;

  @BooleanField({
    description: 'Energy: only prepaid offers (true), or only those that say that they are not (false).',
    optional: true,
  })
  prepaid?: boolean;

  @BooleanField({
    description:
      'Energy: only offers whose price depends on the time of use (true), or only those that say that it does not (false).',
    optional: true,
  })
  timeOfUse?: boolean;

  @NumberField({
    description:
      'Energy: minimum share of renewable energy, in percent, according to `renewablePercentage` or, if that is omitted, to the Electricity Facts Label.',
    min: 0,
    max: 100,
    optional: true,
  })
  minRenewablePercentage?: number;

  @NumberField({
    description: 'Energy: maximum contract length, in months.',
    integer: true,
    min: 0,
    optional: true,
  })
  maxContractMonths?: number;

  @NumberField({ description: 'Insurance: minimum coverage, in any currency.', min: 0, optional: true })
  minCoverage?: number;

  @NumberField({ description: 'Insurance: maximum deductible, in any currency.', min: 0, optional: true })
  deductible?: number;

  @TextField({
    description: 'Insurance: type of insurance, such as Renters; case-insensitive.',
    min: 1,
    max: 255,
    optional: true,
  })
  insuranceType?: string;
}

export class ListCatalog extends CatalogFilters {
  @EnumField(sortKeys, {
    description:
      'Sort key. With the keys by amount, offers whose amount is unknown come last in both directions, followed by those in other currencies. `allInPrice` is `pricing.allInMonthly`, and `pricePerKwh` is that at `usageKwh` and returns only energy offers. `relevance` requires `search`, and is the default if `search` is set: names that begin with the words (as written, or without common words and in the singular), in the order of the names; then names with the words next to each other, names with all words, and all other matches, each newest first.',
    default: 'createdAt',
    optional: true,
  })
  sortBy?: SortKey;

  @EnumField(['asc', 'desc'], {
    description: 'Sort direction. The default is `asc`, or `desc` for `createdAt` and `relevance`.',
    optional: true,
  })
  sortOrder?: 'asc' | 'desc';

  @EnumListField(facetNames, {
    description:
      'Facets by which to count the whole result, separated by commas. If set, the response body is `{items, facets, facetsAreComplete}`.',
    optional: true,
    example: ['category', 'price'],
  })
  facets?: FacetName[];
}
