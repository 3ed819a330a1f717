import { Money } from '../money/money-fields.js';
import { applyDecorators } from '@nestjs/common';
import { isCountry } from './country-codes.js';
import { rule, type FieldOptions } from '../validation/field.js';
import { Choice, Flag, Num } from '../validation/fields.js';
import { ChoiceList, ListOf } from '../validation/list-fields.js';
import { FreeObject } from '../validation/object-fields.js';
import { activationTypes, regions } from './product-types.js';

const given = { optional: true, nullable: true };

/** Countries by ISO 3166-1 alpha-2 code. */
export const Countries = (options: FieldOptions) =>
  ListOf(
    {
      schema: { type: 'string', pattern: '^[A-Z]{2}$' },
      message: 'must be an ISO 3166-1 alpha-2 code in capitals, such as SE',
      test: (value) => typeof value === 'string' && isCountry(value),
    },
    { maxItems: 250, ...options },
  );

/** What is included. A member that is left out is not limited, or does not apply. */
export class ProductFeatures {
  @Num({ description: 'Data in MB.', integer: true, min: 0, ...given, example: 20_480 })
  dataMb?: number | null;

  @Num({ description: 'Calls in seconds.', integer: true, min: 0, ...given, example: 36_000 })
  includedCallSeconds?: number | null;

  @Num({ description: 'Text messages.', integer: true, min: 0, ...given, example: 500 })
  includedSms?: number | null;

  @Num({ description: 'Days until it lapses.', integer: true, min: 1, max: 36_500, ...given, example: 30 })
  validityDays?: number | null;

  @Countries({ description: 'Countries it works in, ISO 3166-1 alpha-2.', ...given, example: ['SE', 'NO'] })
  countries?: string[] | null;

  @ChoiceList(regions, { description: 'Regions it works in.', ...given, example: ['EUROPE'] })
  regions?: string[] | null;

  @Choice(activationTypes, { description: 'When it starts.', ...given, example: 'INSTANT' })
  activationType?: string | null;
}

/** What a product costs in one currency. */
export class ProductPrice {
  @Money({ description: 'Amount in major units, such as 59.99.', example: 19.9 })
  amount: number;

  @Flag({ description: 'Whether tax is in the amount.', default: false, optional: true, example: true })
  taxIncluded?: boolean;
}

const texts = (value: unknown) =>
  Object.values(value as object).every((entry) => typeof entry === 'string' && entry.length <= 1024);

/** A map from the path of what is required to the requirement. */
export function Requirements(options: FieldOptions): PropertyDecorator {
  const text = { additionalProperties: { type: 'string', maxLength: 1024 } };
  return applyDecorators(
    FreeObject({ example: { 'subscriber.address': 'VERIFIED' }, ...options }, text as object),
    rule({ code: 'type' }, 'must hold texts of at most 1024 characters', texts),
  );
}
