import { MoneyField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';
import { NumberField, TextField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { CatalogOfferView } from '../listing/catalog-offer.dto.js';
import type { FacetName } from '../listing/catalog-query.dto.js';
import { priceSteps, type FacetRow } from './facets.js';

class Count {
  @NumberField({ description: 'Number of offers in the group.', integer: true, min: 0, example: 12 })
  count: number;
}

@ApiSchema({ name: 'ValueCount' })
export class ValueCount extends Count {
  @TextField({
    description: 'Value of the facet; null for offers without a value.',
    max: 255,
    nullable: true,
    example: 'internet',
  })
  value: string | null;
}

@ApiSchema({ name: 'ProviderCount' })
export class ProviderCount extends ValueCount {
  @TextField({ description: 'Name of the provider.', max: 255, nullable: true, example: 'Northwind Fibre' })
  name: string | null;
}

@ApiSchema({ name: 'PriceCount' })
export class PriceCount extends Count {
  @MoneyField({
    description:
      'Lower bound of the monthly price, inclusive; null for offers without a price in the currency of the query.',
    nullable: true,
    example: 25,
  })
  from: number | null;

  @MoneyField({
    description: 'Upper bound of the monthly price, exclusive; null if there is none.',
    nullable: true,
    example: 50,
  })
  to: number | null;
}

const group = (description: string) => ({ description, maxItems: 100, optional: true });

@ApiSchema({ name: 'Facets' })
export class FacetsView {
  @ObjectListField(() => ValueCount, group('Counts by category.'))
  category?: ValueCount[];

  @ObjectListField(
    () => ProviderCount,
    group('Counts by provider, for the 100 providers with the most offers.'),
  )
  provider?: ProviderCount[];

  @ObjectListField(() => PriceCount, group('Counts by monthly price.'))
  price?: PriceCount[];

  @ObjectListField(() => ValueCount, group('Counts by connection type (internet offers only).'))
  connectionType?: ValueCount[];

  @ObjectListField(() => ValueCount, group('Counts by currency.'))
  currency?: ValueCount[];

  @ObjectListField(() => ValueCount, group('Counts by length of the contract in months.'))
  contractMonths?: ValueCount[];

  @ObjectListField(() => ValueCount, group('Counts by utility (energy offers only).'))
  utility?: ValueCount[];

  @ObjectListField(() => ValueCount, group('Counts by status of the compliance assessment.'))
  complianceAssessment?: ValueCount[];

  static from(rows: readonly FacetRow[], requested: readonly FacetName[]): FacetsView {
    const of = (name: FacetName) => rows.filter((row) => row.facet === name);
    const groups = requested.map((name) => [
      name,
      name === 'price' ? priceGroups(of(name)) : of(name).map(valueGroup),
    ]);
    return Object.fromEntries(groups) as FacetsView;
  }
}

const valueGroup = ({ facet, value, name, count }: FacetRow) =>
  facet === 'provider' ? { value, name, count } : { value, count };

const priceGroups = (rows: readonly FacetRow[]): PriceCount[] =>
  rows
    .toSorted((a, b) => Number(a.value ?? Infinity) - Number(b.value ?? Infinity))
    .map(({ value, count }) => {
      const step = value === null ? undefined : Number(value) - 1;
      const from = step === undefined ? null : (priceSteps[step] ?? null);
      return { from, to: step === undefined ? null : (priceSteps[step + 1] ?? null), count };
    });

@ApiSchema({ name: 'CatalogWithFacets' })
export class CatalogWithFacets {
  @ObjectListField(() => CatalogOfferView, { description: 'The offers on the page.', maxItems: 100 })
  items: CatalogOfferView[];

  @ObjectField(() => FacetsView, {
    description:
      'Counts over the whole result, not only over the page. If more than 10,000 offers match, about that many of them are counted: the newest, or those with the lowest prices if the query has price bounds.',
  })
  facets: FacetsView;

  @field({ type: 'boolean' }, { description: 'Whether the facets count all matching offers.', example: true })
  facetsAreComplete: boolean;
}
