import type { FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { isCurrencyCode } from '../money/money-fields.js';
import { fitsCurrency } from '../money/money.js';
import { mergePatch } from '../validation/merge-patch.js';
import { validate, type ValidationResult } from '../validation/validate.js';
import { isObject } from '../validation/checks.js';
import type { CurrencyOption, PriceInput, PriceView } from './pricing/price.dto.js';
import type { ProductOfferingDetails } from './product-offering-details.js';
import { ProductOfferingView } from './product-offering-view.dto.js';
import { CreateProductOffering } from './product-offerings.dto.js';

/** Validates the body of a create request, except for the IDs in it. */
export function validateNewProductOffering(body: unknown): ValidationResult<CreateProductOffering> {
  const { value, errors } = validateProductOffering(body);
  if (value.status === 'ARCHIVED')
    errors.push(
      fieldError(['status'], 'enum', 'must be AVAILABLE; archive the product offering after creating it'),
    );
  return { value, errors };
}

/** Applies a JSON merge patch to a product offering and validates the result, except for the IDs in it. */
export function validateProductOfferingPatch(
  current: ProductOfferingDetails,
  patch: unknown,
): ValidationResult<CreateProductOffering> {
  const view = ProductOfferingView.from(current);
  const { value, errors } = validateProductOffering(mergePatch(view, patch, ['price']));
  const missing = missingAmounts(view.price, patch);
  // The stored amount may also have too many decimal places for the new currency.
  const others = errors.filter(({ field }) => !missing.some((error) => error.field === field));
  return { value, errors: [...others, ...missing] };
}

/** An amount that a patch merges into a price in another currency would silently mean another amount. */
function missingAmounts({ currency, oneTimePrice }: PriceView, patch: unknown): FieldError[] {
  const price = isObject(patch) ? (patch as { price?: unknown }).price : undefined;
  if (!isObject(price)) return [];
  const given = price as Partial<PriceInput>;
  if (given.currency === currency || !isCurrencyCode(given.currency)) return [];
  const lacks = (object: object, name: string) => !Object.hasOwn(object, name);
  const advice = 'must be sent with the new currency, because amounts are not converted';
  const errors: FieldError[] = [];
  if (lacks(given, 'grossPrice')) errors.push(fieldError(['price', 'grossPrice'], 'required', advice));
  if (!oneTimePrice) return errors;
  const next = given.oneTimePrice;
  if (lacks(given, 'oneTimePrice'))
    errors.push(fieldError(['price', 'oneTimePrice'], 'required', `${advice}; null removes it`));
  else if (isObject(next) && lacks(next, 'grossPrice'))
    errors.push(fieldError(['price', 'oneTimePrice', 'grossPrice'], 'required', advice));
  return errors;
}

/** Validates a complete body, except for the IDs in it. */
export function validateProductOffering(body: unknown): ValidationResult<CreateProductOffering> {
  const { value, errors } = validate(CreateProductOffering, body);
  const isPriceWellFormed = !errors.some(({ pointer }) => pointer.startsWith('/price'));
  if (isPriceWellFormed && value.price) errors.push(...priceErrors(value.price));
  return { value, errors };
}

function priceErrors(price: PriceInput): FieldError[] {
  const { currency, currencyOptions, priceType, billingCycle } = price;
  const billingCyclePath = ['price', 'billingCycle'];
  return [
    ...decimalErrors(['price'], currency, price),
    ...Object.entries(currencyOptions ?? {}).flatMap(([code, option]) => [
      ...decimalErrors(['price', 'currencyOptions', code], code, option),
      ...(code === currency
        ? [
            fieldError(
              ['price', 'currencyOptions', code],
              'duplicate',
              'must not repeat the currency of the price',
            ),
          ]
        : []),
    ]),
    ...(priceType === 'RECURRING' && !billingCycle
      ? [fieldError(billingCyclePath, 'required', 'is required for RECURRING prices')]
      : []),
    ...(priceType === 'ONE_TIME' ? oneTimePriceErrors(price) : []),
    ...(priceType === 'ONE_TIME' && billingCycle
      ? [fieldError(billingCyclePath, 'forbidden', 'must be null for ONE_TIME prices')]
      : []),
  ];
}

function oneTimePriceErrors({ currencyOptions, ...price }: PriceInput): FieldError[] {
  const paths = [
    ...(price.oneTimePrice ? [['price']] : []),
    ...Object.entries(currencyOptions ?? {}).flatMap(([code, { oneTimePrice }]) =>
      oneTimePrice ? [['price', 'currencyOptions', code]] : [],
    ),
  ];
  return paths.map((path) =>
    fieldError(
      [...path, 'oneTimePrice'],
      'forbidden',
      'must be null for ONE_TIME prices, whose grossPrice is charged once',
    ),
  );
}

function decimalErrors(path: string[], currency: string, option: CurrencyOption): FieldError[] {
  const amounts = [
    { path, grossPrice: option.grossPrice },
    ...(option.oneTimePrice
      ? [{ path: [...path, 'oneTimePrice'], grossPrice: option.oneTimePrice.grossPrice }]
      : []),
  ];
  return amounts
    .filter(({ grossPrice }) => !fitsCurrency(grossPrice, currency))
    .map((amount) =>
      fieldError(
        [...amount.path, 'grossPrice'],
        'decimals',
        `has more decimal places than ${currency} allows`,
      ),
    );
}
