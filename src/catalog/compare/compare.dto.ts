import { IdListField } from '../../validation/list-fields.js';
import { MoneyField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import type { FieldOptions } from '../../validation/field.js';
import { EnumField, NumberField, TextField, TextListField, IdField } from '../../validation/fields.js';
import { FreeObjectField, ObjectListField } from '../../validation/object-fields.js';
import { categoryNames } from '../../offers/categories/all-categories.js';
import type { ComparedOffer } from './compare.js';

export class CompareQuery {
  @IdListField({ description: 'Ids of 1 to 10 offers, separated by commas.' }, { min: 1, max: 10 })
  ids: string[];
}

const Cost = (options: FieldOptions) => NumberField({ min: 0, ...options });

const amount = (description: string, example: number) => ({ description, example, nullable: true });

@ApiSchema({ name: 'ComparedOffer' })
export class ComparedOfferView implements ComparedOffer {
  @IdField({ description: 'Id of the offer.' })
  id: string;

  @TextField({ description: 'Name of the offer.', max: 255, example: 'Fibre 500' })
  name: string;

  @TextField({ description: 'Name of its provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @EnumField(categoryNames, { description: 'Its category.', nullable: true, example: 'internet' })
  category: string | null;

  @TextField({ description: 'ISO 4217 code of its amounts.', max: 3, example: 'USD' })
  currency: string;

  @MoneyField(amount('Monthly price.', 44.5))
  monthlyPrice: number | null;

  @MoneyField(amount('Installation, equipment and activation fee together.', 59.5))
  setupFee: number | null;

  @MoneyField(amount('Deposit, paid back at the end and so part of no cost.', 100))
  depositRequired: number | null;

  @MoneyField(amount('Fee for leaving early.', 150))
  earlyTerminationFee: number | null;

  @Cost(amount('Twelve monthly prices and the set-up fee; null without a price.', 593.5))
  costOver12Months: number | null;

  @Cost(amount('Twenty-four monthly prices and the set-up fee; null without a price.', 1127.5))
  costOver24Months: number | null;

  @FreeObjectField({
    description:
      'What the category knows, in the units of the names: minDownloadMbps, maxDownloadMbps, typicalUploadMbps, typicalLatencyMs, dataCapGb (a number, or "unlimited"), channelCount and so on. Null where an offer does not say.',
    example: { connectionType: 'fiber', maxDownloadMbps: 500, dataCapGb: 'unlimited' },
  })
  attributes: ComparedOffer['attributes'];
}

@ApiSchema({ name: 'Comparison' })
export class ComparisonView {
  @ObjectListField(() => ComparedOfferView, {
    description: 'In the order in which they were asked for.',
    maxItems: 10,
  })
  offers: ComparedOfferView[];

  @TextListField({
    description: 'The fields in which they are not all the same.',
    maxItems: 100,
    maxLength: 100,
    example: ['monthlyPrice', 'attributes.maxDownloadMbps'],
  })
  differing: string[];
}
