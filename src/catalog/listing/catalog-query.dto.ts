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

/** What a reseller may ask of the catalog; all filters must hold. */
export class CatalogFilters extends PageQuery {
  @EnumField(categoryNames, { description: 'Only offers of this category.', optional: true })
  category?: CategoryName;

  @MoneyField({
    description: 'Lowest monthly price; offers without a price are left out.',
    optional: true,
    example: 20,
  })
  minPrice?: number;

  @MoneyField({
    description: 'Highest monthly price; offers without a price are left out.',
    optional: true,
    example: 80,
  })
  maxPrice?: number;

  @Zip({ description: 'Only offers available there: 12345 or 12345-6789.', optional: true, example: '94102' })
  zipCode?: string;

  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Only offers of this provider.', optional: true },
    rule({ code: 'format' }, 'must be the id of a team', isUuid),
  )
  providerId?: string;

  @TextField({
    description:
      'Words in name, description, headline or key features. Web-search syntax ("exact phrase", or, -without); accents are ignored, and a word that no offer has also finds what is spelled much like it.',
    min: 1,
    max: 200,
    optional: true,
    example: 'gigabit fibre',
  })
  search?: string;

  @EnumField(connectionTypes, { description: 'Internet: how the line reaches the customer.', optional: true })
  connectionType?: string;

  @NumberField({
    description: 'Internet: highest download speed at least this many Mbps.',
    min: 0,
    optional: true,
    example: 300,
  })
  minDownloadMbps?: number;

  @BooleanField({ description: 'Internet: without a data cap (true) or with one (false).', optional: true })
  unlimitedData?: boolean;

  @NumberField({
    description: 'Television: at least this many channels.',
    integer: true,
    min: 0,
    optional: true,
  })
  minChannels?: number;

  @EnumField(monitoringTypes, { description: 'Security: who watches the alarm.', optional: true })
  monitoringType?: string;

  @EnumField(installationTypes, { description: 'Security: who installs it.', optional: true })
  installationType?: string;

  @EnumField(energyTypes, { description: 'Energy: kind of energy.', optional: true })
  energyType?: string;

  @NumberField({
    description: 'Energy: renewable share at least this many percent.',
    min: 0,
    max: 100,
    optional: true,
  })
  minRenewablePercentage?: number;

  @NumberField({
    description: 'Energy: contract of at most this many months.',
    integer: true,
    min: 0,
    optional: true,
  })
  maxContractMonths?: number;

  @NumberField({ description: 'Insurance: coverage of at least this many dollars.', min: 0, optional: true })
  minCoverage?: number;
}

export class ListCatalog extends CatalogFilters {
  @EnumField(sortKeys, {
    description:
      'Offers without a price come last by price in both orders. Relevance needs `search` and is its default: matches in the name first, then the others, newest first.',
    default: 'createdAt',
    optional: true,
  })
  sortBy?: SortKey;

  @EnumField(['asc', 'desc'], {
    description: 'By default asc; desc for createdAt and relevance.',
    optional: true,
  })
  sortOrder?: 'asc' | 'desc';

  @EnumListField(facetNames, {
    description: 'Count the whole result by these, separated by commas. The body is then `{items, facets}`.',
    optional: true,
    example: ['category', 'price'],
  })
  facets?: FacetName[];
}
