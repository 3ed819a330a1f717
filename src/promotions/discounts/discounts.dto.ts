import { withoutNulls } from '../../common/without-nulls.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { isCurrency } from '../../money/currency.js';
import { maxAmount } from '../../money/money-fields.js';
import { decimalPlaces, fromMinorUnits } from '../../money/money.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { isBetween } from '../../validation/checks.js';
import { rule } from '../../validation/field.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { OmitType, PartialType } from '../../validation/mapped-types.js';
import { FreeObjectField } from '../../validation/object-fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { discountKinds, type DiscountKind } from './discount-rule.js';
import type { Discount } from './discount.entity.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const optionalNullable = { optional: true, nullable: true };
const description = { description: 'Description for customers.', example: '25 % off for a year' };
const tag = {
  description: 'Label, for example for use in reports.',
  max: 255,
  nullable: true,
  example: 'summer',
};
const kind = {
  description: 'PERCENT subtracts a percentage; AMOUNT subtracts an amount that depends on the currency.',
  example: 'PERCENT',
};
const percent = {
  description:
    'Percentage to subtract, above 0 and at most 100, with up to 4 decimal places. Only for kind PERCENT.',
  above: 0,
  max: 100,
  example: 25,
};
const amounts = {
  description: 'Amounts to subtract, in major units, keyed by ISO 4217 currency code. Only for kind AMOUNT.',
};
const amountSchema = { additionalProperties: { type: 'number', minimum: 0 } } as object;

const currenciesOf = (value: unknown) => Object.keys(value as object);
const amountsOf = (value: unknown) => Object.values(value as object) as unknown[];

@ServerManaged('discountId', 'createdAt', 'updatedAt')
export class CreateDiscount {
  @TextField({ ...description, max: 1024, min: 1 })
  description: string;

  @TextField({ ...tag, optional: true })
  tag?: string | null;

  @EnumField(discountKinds, kind)
  kind: DiscountKind;

  @rule(
    { code: 'decimals' },
    'must have at most 4 decimal places',
    (value) => (decimalPlaces(Number(value)) ?? 9) <= 4,
  )
  @NumberField({ ...percent, ...optionalNullable })
  percent?: number | null;

  @rule({ code: 'range' }, `must contain only amounts from 0 to ${maxAmount}`, (value) =>
    amountsOf(value).every((amount) => typeof amount === 'number' && amount >= 0 && amount <= maxAmount),
  )
  @rule({ code: 'format' }, 'must use uppercase ISO 4217 codes, such as USD, as keys', (value) =>
    currenciesOf(value).every(isCurrency),
  )
  @rule({ code: 'length' }, 'must contain 1 to 10 entries', (value) =>
    isBetween(currenciesOf(value).length, 1, 10),
  )
  @FreeObjectField({ ...amounts, ...optionalNullable, example: null }, amountSchema)
  amounts?: Record<string, number> | null;
}

/** A JSON merge patch (RFC 7396). */
export class UpdateDiscount extends PartialType(OmitType(CreateDiscount, ['amounts'])) {
  @FreeObjectField(
    {
      description: `${amounts.description} Omitted currencies keep their amounts, and null removes one.`,
      ...optionalNullable,
      example: { EUR: 5, USD: null },
    },
    { additionalProperties: { type: ['number', 'null'], minimum: 0 } } as object,
  )
  amounts?: Record<string, number | null> | null;
}

@ApiSchema({ name: 'Discount' })
export class DiscountView {
  @IdField({ description: 'ID of the discount (UUID v7).' })
  discountId: string;

  @TextField({ ...description, max: 1024 })
  description: string;

  @TextField(tag)
  tag: string | null;

  @EnumField(discountKinds, kind)
  kind: DiscountKind;

  @NumberField({ ...percent, optional: true })
  percent?: number;

  @FreeObjectField({ ...amounts, optional: true, example: { EUR: 5 } }, amountSchema)
  amounts?: Record<string, number>;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static from(this: void, discount: Discount): DiscountView {
    return {
      ...withoutNulls<Omit<DiscountView, 'tag'>>({
        discountId: discount.id,
        description: discount.description,
        kind: discount.kind,
        percent: discount.percent,
        amounts: discount.amounts && amountsInMajorUnits(discount.amounts),
        createdAt: discount.createdAt.toISOString(),
        updatedAt: discount.updatedAt.toISOString(),
      } satisfies Record<keyof Omit<DiscountView, 'tag'>, unknown>),
      tag: discount.tag,
    };
  }
}

@ApiSchema({ name: 'DiscountList' })
export class DiscountListView extends ItemsPageOf(DiscountView) {}

const amountsInMajorUnits = (amounts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(amounts).map(([currency, minor]) => [currency, fromMinorUnits(BigInt(minor), currency)]),
  );
