import { MoneyField } from '../../money/money-fields.js';
import { EnumField, BooleanField, NumberField, TextField } from '../../validation/fields.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';
import { EnumListField } from '../../validation/list-fields.js';
import { PageQuery } from '../../paging/page.js';
import { zipOf } from '../../areas/zip-states.js';
import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import { connectionTypes } from '../../offers/categories/internet.js';
import { energyTypes } from '../../offers/categories/energy.js';
import { installationTypes, monitoringTypes } from '../../offers/categories/security.js';
import { validate as isUuid } from 'uuid';

export const sortKeys = ['price', 'name', 'createdAt', 'provider', 'relevance'] as const;
export type SortKey = (typeof sortKeys)[number];
export const facetNames = ['category', 'provider', 'price', 'connectionType'] as const;
export type FacetName = (typeof facetNames)[number];

const isZip = (value: unknown) => zipOf(String(value)) !== undefined;

function Zip(options: FieldOptions) {
  const known = rule({ code: 'format' }, 'must be a ZIP code such as 94102 or 94102-1234', isZip);
  return field({ type: 'string', pattern: '^\\d{5}(-\\d{4})?$' }, options, known);
}

/** The catalog filters; an offer must match all of them. */
export class CatalogFilters extends PageQuery {
  @EnumField(categoryNames, { description: 'Returns only offers in this category.', optional: true })
  category?: CategoryName;

  @MoneyField({
    description: 'Minimum monthly price. Offers without a price are omitted.',
    optional: true,
    example: 20,
  })
  minPrice?: number;

  @MoneyField({
    description: 'Maximum monthly price. Offers without a price are omitted.',
    optional: true,
    example: 80,
  })
  maxPrice?: number;

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
      'Searches the name, description, marketing headline and key features, in web-search syntax: "exact phrase", or, -excluded. Case, accents and punctuation are ignored, and English words match all of their forms. If nothing is found, words that occur in no offer that you can see also match words of public offers with a similar spelling.',
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

  @EnumField(monitoringTypes, { description: 'Security: type of monitoring.', optional: true })
  monitoringType?: string;

  @EnumField(installationTypes, { description: 'Security: type of installation.', optional: true })
  installationType?: string;

  @EnumField(energyTypes, { description: 'Energy: type of energy.', optional: true })
  energyType?: string;

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

  @NumberField({ description: 'Insurance: minimum coverage, in dollars.', min: 0, optional: true })
  minCoverage?: number;
}

export class ListCatalog extends CatalogFilters {
  @EnumField(sortKeys, {
    description:
      'Sort key. With `price`, offers without a price are last in both directions. `relevance` requires `search`, and is the default if `search` is set: names that begin with the words, in the order of the names; then names with the words next to each other, names with all words, and all other matches, each newest first.',
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
