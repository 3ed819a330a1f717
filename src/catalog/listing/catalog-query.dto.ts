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

/** The filters of the catalog; an offer must match all of them. */
export class CatalogFilters extends PageQuery {
  @EnumField(categoryNames, { description: 'Returns only offers of this category.', optional: true })
  category?: CategoryName;

  @MoneyField({
    description: 'Minimum monthly price. Offers without a price are left out.',
    optional: true,
    example: 20,
  })
  minPrice?: number;

  @MoneyField({
    description: 'Maximum monthly price. Offers without a price are left out.',
    optional: true,
    example: 80,
  })
  maxPrice?: number;

  @Zip({
    description: 'Returns only offers available in this ZIP code: 12345 or 12345-6789.',
    optional: true,
    example: '94102',
  })
  zipCode?: string;

  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Returns only offers of this provider.', optional: true },
    rule({ code: 'format' }, 'must be the ID of a team', isUuid),
  )
  providerId?: string;

  @TextField({
    description:
      'Searches name, description, marketing headline and key features, in web-search syntax: "exact phrase", or, -excluded. Accents are ignored. A word that occurs in no offer also finds words with a similar spelling.',
    min: 1,
    max: 200,
    optional: true,
    example: 'gigabit fibre',
  })
  search?: string;

  @EnumField(connectionTypes, { description: 'Internet: connection type.', optional: true })
  connectionType?: string;

  @NumberField({
    description: 'Internet: minimum of the maximum download speed, in Mbps.',
    min: 0,
    optional: true,
    example: 300,
  })
  minDownloadMbps?: number;

  @BooleanField({ description: 'Internet: without a data cap (true) or with one (false).', optional: true })
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
    description: 'Energy: minimum share of renewable energy, in percent.',
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
      'Sort key. By price, offers without a price come last in both directions. `relevance` requires `search`, and is then the default: matches in the name first, then the others, each newest first.',
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
      'Facets to count the whole result by, separated by commas. The response body is then `{items, facets}`.',
    optional: true,
    example: ['category', 'price'],
  })
  facets?: FacetName[];
}
