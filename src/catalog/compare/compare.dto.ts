import { IdListField } from '../../validation/list-fields.js';
import { MoneyField, TotalField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, IdField, TextField, TextListField, UnlimitedTextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { categoryNames } from '../../offers/categories/all-categories.js';
import { AssessmentStatusView } from '../../offers/assessment/assessment-view.js';
import { Pricing } from '../../offers/pricing/pricing-view.js';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { field } from '../../validation/field.js';
import type { ComparedOffer, ExtraAttribute } from './compare.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';

export class CompareQuery {
  @IdListField(
    {
      description: 'IDs of 1 to 10 offers, separated by commas.',
      example: [exampleIdIn('/reseller/catalog')],
    },
    { min: 1, max: 10 },
  )
  ids: string[];
}

const amount = (description: string, example: number) => ({ description, example, nullable: true });

@ApiSchema({ name: 'ComparedOffer' })
export class ComparedOfferView implements ComparedOffer {
  @IdField({ description: 'ID of the offer.' })
  id: string;

  @TextField({ description: 'Name of the offer.', max: 255, example: 'Fibre 500' })
  name: string;

  @TextField({ description: 'Name of the provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @EnumField(categoryNames, { description: 'Category of the offer.', nullable: true, example: 'internet' })
  category: string | null;

  @TextField({
    description: 'ISO 4217 code of the currency of all amounts in the offer.',
    max: 3,
    example: 'USD',
  })
  currency: string;

  @MoneyField(amount('Monthly price.', 44.5))
  monthlyPrice: number | null;

  @TotalField(amount('As in `pricing`.', 59.5))
  setupFee: number | null;

  @MoneyField(amount('Refundable deposit, not included in the costs.', 100))
  depositRequired: number | null;

  @MoneyField(amount('Fee for ending the contract early.', 150))
  earlyTerminationFee: number | null;

  @TotalField(amount('As in `pricing`.', 593.5))
  costOver12Months: number | null;

  @TotalField(amount('As in `pricing`.', 1127.5))
  costOver24Months: number | null;

  @ObjectField(() => Pricing, { description: 'What a customer pays.' })
  pricing: Pricing;

  @ObjectField(() => AssessmentStatusView, { description: 'What the automated check of the rules says.' })
  complianceAssessment: AssessmentStatusView;

  @FreeObjectField({
    description:
      'Attributes of the categories, in the units given in their names, such as `minDownloadMbps`, `maxDownloadMbps`, `typicalUploadMbps`, `typicalLatencyMs`, `dataCapGb` (a number, or "unlimited" if the provider says so) and `channelCount`. Null if an offer does not have the attribute or its value is unknown.',
    example: { connectionType: 'fiber', maxDownloadMbps: 500, dataCapGb: 'unlimited' },
  })
  attributes: ComparedOffer['attributes'];
}

const scalar = { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }] };

@ApiSchema({ name: 'ExtraAttribute' })
export class ExtraAttributeView implements ExtraAttribute {
  @UnlimitedTextField({
    description: 'Path of the key.',
    optional: false,
    example: 'serviceSpecificData.routerRangeKm',
  })
  name: string;

  @TextField({
    description: 'Unit, if the name of the key ends with one, such as `Mbps`, `Gb`, `Months` or `Percent`.',
    max: 50,
    nullable: true,
    example: 'km',
  })
  unit: string | null;

  @field({ type: 'array', items: scalar } as ApiPropertyOptions, {
    description: 'Values in the order of the offers; null if an offer does not have the key.',
    example: [0.1, null],
  })
  values: ExtraAttribute['values'];
}

@ApiSchema({ name: 'Comparison' })
export class ComparisonView {
  @ObjectListField(() => ComparedOfferView, {
    description: 'The offers, in the order of the request.',
    maxItems: 10,
  })
  offers: ComparedOfferView[];

  @TextListField({
    description: 'Names of the fields whose values differ.',
    maxItems: 100,
    maxLength: 100,
    example: ['monthlyPrice', 'attributes.maxDownloadMbps'],
  })
  differing: string[];

  @ObjectListField(() => ExtraAttributeView, {
    description:
      'Keys of the category data that its schema does not define and in which the offers differ, at most 100.',
    maxItems: 100,
  })
  extra: ExtraAttributeView[];
}
