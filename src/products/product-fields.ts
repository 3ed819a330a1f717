import { MoneyField } from '../money/money-fields.js';
import { applyDecorators } from '@nestjs/common';
import { isCountry } from './country-codes.js';
import { rule, type FieldOptions } from '../validation/field.js';
import { EnumField, BooleanField, NumberField } from '../validation/fields.js';
import { EnumListField, ListField } from '../validation/list-fields.js';
import { FreeObjectField } from '../validation/object-fields.js';
import { activationTypes, regions } from './product-types.js';

const given = { optional: true, nullable: true };

/** Countries by ISO 3166-1 alpha-2 code. */
export const Countries = (options: FieldOptions) =>
  ListField(
    {
      schema: { type: 'string', pattern: '^[A-Z]{2}$' },
      message: 'must be an ISO 3166-1 alpha-2 code in capitals, such as SE',
      test: (value) => typeof value === 'string' && isCountry(value),
    },
    { maxItems: 250, ...options },
  );

/** What is included. A member that is left out is not limited, or does not apply. */
export class ProductFeatures {
  @NumberField({ description: 'Data in MB.', integer: true, min: 0, ...given, example: 20_480 })
  dataMb?: number | null;

  @NumberField({ description: 'Calls in seconds.', integer: true, min: 0, ...given, example: 36_000 })
  includedCallSeconds?: number | null;

  @NumberField({ description: 'Text messages.', integer: true, min: 0, ...given, example: 500 })
  includedSms?: number | null;

  @NumberField({
    description: 'Days until it lapses.',
    integer: true,
    min: 1,
    max: 36_500,
    ...given,
    example: 30,
  })
  validityDays?: number | null;

  @Countries({ description: 'Countries it works in, ISO 3166-1 alpha-2.', ...given, example: ['SE', 'NO'] })
  countries?: string[] | null;

  @EnumListField(regions, { description: 'Regions it works in.', ...given, example: ['EUROPE'] })
  regions?: string[] | null;

  @EnumField(activationTypes, { description: 'When it starts.', ...given, example: 'INSTANT' })
  activationType?: string | null;
}

/** What a product costs in one currency. */
export class ProductPrice {
  @MoneyField({ description: 'Amount in major units, such as 59.99.', example: 19.9 })
  amount: number;

  @BooleanField({
    description: 'Whether tax is in the amount.',
    default: false,
    optional: true,
    example: true,
  })
  taxIncluded?: boolean;
}

const texts = (value: unknown) =>
  Object.values(value as object).every((entry) => typeof entry === 'string' && entry.length <= 1024);

/** A map from the path of what is required to the requirement. */
export function Requirements(options: FieldOptions): PropertyDecorator {
  const text = { additionalProperties: { type: 'string', maxLength: 1024 } };
  return applyDecorators(
    FreeObjectField({ example: { 'subscriber.address': 'VERIFIED' }, ...options }, text as object),
    rule({ code: 'type' }, 'must hold texts of at most 1024 characters', texts),
  );
}
