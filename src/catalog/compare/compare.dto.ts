import { IdList } from '../../validation/list-fields.js';
import { Money } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import type { FieldOptions } from '../../validation/field.js';
import { Choice, Num, Text, TextList, Id } from '../../validation/fields.js';
import { FreeObject, NestedList } from '../../validation/object-fields.js';
import { categoryNames } from '../../offers/categories/all-categories.js';
import type { ComparedOffer } from './compare.js';

export class CompareQuery {
  @IdList({ description: 'Ids of 1 to 10 offers, separated by commas.' }, { min: 1, max: 10 })
  ids: string[];
}

const Cost = (options: FieldOptions) => Num({ min: 0, ...options });

const amount = (description: string, example: number) => ({ description, example, nullable: true });

@ApiSchema({ name: 'ComparedOffer' })
export class ComparedOfferView implements ComparedOffer {
  @Id({ description: 'Id of the offer.' })
  id: string;

  @Text({ description: 'Name of the offer.', max: 255, example: 'Fibre 500' })
  name: string;

  @Text({ description: 'Name of its provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @Choice(categoryNames, { description: 'Its category.', nullable: true, example: 'internet' })
  category: string | null;

  @Text({ description: 'ISO 4217 code of its amounts.', max: 3, example: 'USD' })
  currency: string;

  @Money(amount('Monthly price.', 44.5))
  monthlyPrice: number | null;

  @Money(amount('Installation, equipment and activation fee together.', 59.5))
  setupFee: number | null;

  @Money(amount('Deposit, paid back at the end and so part of no cost.', 100))
  depositRequired: number | null;

  @Money(amount('Fee for leaving early.', 150))
  earlyTerminationFee: number | null;

  @Cost(amount('Twelve monthly prices and the set-up fee; null without a price.', 593.5))
  costOver12Months: number | null;

  @Cost(amount('Twenty-four monthly prices and the set-up fee; null without a price.', 1127.5))
  costOver24Months: number | null;

  @FreeObject({
    description:
      'What the category knows, in the units of the names: minDownloadMbps, maxDownloadMbps, typicalUploadMbps, typicalLatencyMs, dataCapGb (a number, or "unlimited"), channelCount and so on. Null where an offer does not say.',
    example: { connectionType: 'fiber', maxDownloadMbps: 500, dataCapGb: 'unlimited' },
  })
  attributes: ComparedOffer['attributes'];
}

@ApiSchema({ name: 'Comparison' })
export class ComparisonView {
  @NestedList(() => ComparedOfferView, {
    description: 'In the order in which they were asked for.',
    maxItems: 10,
  })
  offers: ComparedOfferView[];

  @TextList({
    description: 'The fields in which they are not all the same.',
    maxItems: 100,
    maxLength: 100,
    example: ['monthlyPrice', 'attributes.maxDownloadMbps'],
  })
  differing: string[];
}
