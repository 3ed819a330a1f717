import { applyDecorators } from '@nestjs/common';
import { MoneyField } from '../money/money-fields.js';
import { rule, type FieldOptions } from '../validation/field.js';
import { EnumField, BooleanField, NumberField } from '../validation/fields.js';
import { EnumListField, ListField } from '../validation/list-fields.js';
import { FreeObjectField } from '../validation/object-fields.js';
import { isCountryCode } from './country-codes.js';
import { activationTypes, regions } from './product-types.js';

const optionalOrNull = { optional: true, nullable: true };

/** Declares an array of ISO 3166-1 alpha-2 country codes. */
export const CountryListField = (options: FieldOptions) =>
  ListField(
    {
      schema: { type: 'string', pattern: '^[A-Z]{2}$' },
      message: 'must be an uppercase ISO 3166-1 alpha-2 code, such as SE',
      test: (value) => typeof value === 'string' && isCountryCode(value),
    },
    { maxItems: 250, ...options },
  );

/** Included volumes, validity and coverage. If a member is omitted, it is unlimited or does not apply. */
export class ProductFeatures {
  @NumberField({
    description: 'Data volume in MB.',
    integer: true,
    min: 0,
    ...optionalOrNull,
    example: 20_480,
  })
  dataMb?: number | null;

  @NumberField({
    description: 'Call time in seconds.',
    integer: true,
    min: 0,
    ...optionalOrNull,
    example: 36_000,
  })
  includedCallSeconds?: number | null;

  @NumberField({
    description: 'Number of text messages.',
    integer: true,
    min: 0,
    ...optionalOrNull,
    example: 500,
  })
  includedSms?: number | null;

  @NumberField({
    description: 'Number of days until the product expires.',
    integer: true,
    min: 1,
    max: 36_500,
    ...optionalOrNull,
    example: 30,
  })
  validityDays?: number | null;

  @CountryListField({
    description: 'Countries in which the product works, as ISO 3166-1 alpha-2 codes.',
    ...optionalOrNull,
    example: ['SE', 'NO'],
  })
  countries?: string[] | null;

  @EnumListField(regions, {
    description: 'Regions in which the product works.',
    ...optionalOrNull,
    example: ['EUROPE'],
  })
  regions?: string[] | null;

  @EnumField(activationTypes, {
    description: 'When the validity period starts: immediately or at first use.',
    ...optionalOrNull,
    example: 'INSTANT',
  })
  activationType?: string | null;
}

/** The price in one currency. */
export class ProductPrice {
  @MoneyField({
    description: 'Amount in major units of the currency, such as 59.99. The maximum is 99,999,999,999.99.',
    example: 19.9,
  })
  amount: number;

  @BooleanField({
    description: 'Whether the amount includes taxes.',
    default: false,
    optional: true,
    example: true,
  })
  taxIncluded?: boolean;
}

const maxRequirementLength = 1024;
const hasValidRequirements = (value: unknown) =>
  Object.values(value as object).every(
    (entry) => typeof entry === 'string' && entry.length <= maxRequirementLength,
  );

/** Declares a map of requirements, keyed by the path of the value to which each one applies. */
export function RequirementsField(options: FieldOptions): PropertyDecorator {
  const schema = { additionalProperties: { type: 'string', maxLength: maxRequirementLength } };
  return applyDecorators(
    FreeObjectField({ example: { 'subscriber.address': 'VERIFIED' }, ...options }, schema as object),
    rule(
      { code: 'type' },
      `must contain only strings of at most ${maxRequirementLength} characters`,
      hasValidRequirements,
    ),
  );
}
