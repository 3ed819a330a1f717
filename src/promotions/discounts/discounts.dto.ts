import { isCurrency } from '../../money/currency.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { isBetween } from '../../validation/checks.js';
import { rule } from '../../validation/field.js';
import { EnumField, IdField, DateTimeField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { decimalPlaces, fromMinorUnits } from '../../money/money.js';
import { FreeObjectField } from '../../validation/object-fields.js';
import { withoutNulls } from '../../common/without-nulls.js';
import type { Discount } from './discount.entity.js';
import { discountKinds, type DiscountKind } from '../promo-price.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const given = { optional: true, nullable: true };
const text = { description: 'What the discount is, for customers.', example: '25 % off for a year' };
const tag = { description: 'Label, such as for reports.', max: 255, nullable: true, example: 'summer' };
const kind = { description: 'PERCENT takes a percentage off, AMOUNT an amount in each currency.' };
const percent = {
  description: 'Percentage, above 0 to 100, for PERCENT only.',
  above: 0,
  max: 100,
  example: 25,
};
const amounts = { description: 'Amount by ISO 4217 currency in major units, for AMOUNT only.' };
const amountSchema = { additionalProperties: { type: 'number', minimum: 0 } } as object;

const codes = (value: unknown) => Object.keys(value as object);
const values = (value: unknown) => Object.values(value as object) as unknown[];

@ServerManaged('discountId', 'createdAt', 'updatedAt')
export class CreateDiscount {
  @TextField({ ...text, max: 1024, min: 1 })
  description: string;

  @TextField({ ...tag, optional: true })
  tag?: string | null;

  @EnumField(discountKinds, { ...kind, example: 'PERCENT' })
  kind: DiscountKind;

  @rule(
    { code: 'decimals' },
    'must have at most 4 decimals',
    (value) => (decimalPlaces(Number(value)) ?? 9) <= 4,
  )
  @NumberField({ ...percent, ...given })
  percent?: number | null;

  @rule({ code: 'range' }, 'must hold amounts of 0 to 9999999.99', (value) =>
    values(value).every((amount) => typeof amount === 'number' && amount >= 0 && amount <= 9_999_999.99),
  )
  @rule({ code: 'format' }, 'must be keyed by ISO 4217 codes in capitals, such as USD', (value) =>
    codes(value).every(isCurrency),
  )
  @rule({ code: 'length' }, 'must hold 1 to 10 entries', (value) => isBetween(codes(value).length, 1, 10))
  @FreeObjectField({ ...amounts, ...given, example: null }, amountSchema)
  amounts?: Record<string, number> | null;
}

@ApiSchema({ name: 'Discount' })
export class DiscountView {
  @IdField({ description: 'Id of the discount (UUID v7).' })
  discountId: string;

  @TextField({ ...text, max: 1024 })
  description: string;

  @TextField(tag)
  tag: string | null;

  @EnumField(discountKinds, { ...kind, example: 'PERCENT' })
  kind: DiscountKind;

  @NumberField({ ...percent, optional: true })
  percent?: number;

  @FreeObjectField({ ...amounts, optional: true, example: { EUR: 5 } }, amountSchema)
  amounts?: Record<string, number>;

  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static from(this: void, discount: Discount): DiscountView {
    const { tag, percent, amounts } = discount;
    return {
      ...withoutNulls<Omit<DiscountView, 'tag'>>({
        discountId: discount.id,
        description: discount.description,
        kind: discount.kind,
        percent,
        amounts: amounts ? inMajor(amounts) : undefined,
        createdAt: discount.createdAt.toISOString(),
        updatedAt: discount.updatedAt.toISOString(),
      }),
      tag,
    };
  }
}

@ApiSchema({ name: 'DiscountList' })
export class DiscountListView extends ItemsPageOf(DiscountView) {}

const inMajor = (amounts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(amounts).map(([currency, minor]) => [currency, fromMinorUnits(BigInt(minor), currency)]),
  );
