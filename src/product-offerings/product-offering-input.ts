import { ValidationFailed, type FieldError } from '../common/errors.js';
import { validate } from '../validation/validate.js';
import { mergePatch } from '../validation/merge-patch.js';
import { fitsCurrency, toMinorUnits } from '../money/money.js';
import { fieldError } from '../common/field-path.js';
import type { Product, PriceMap } from '../products/product.entity.js';
import { canonicalCategory, type ProductType } from '../products/product-types.js';
import type { CurrencyOption, PriceInput } from './pricing/price.dto.js';
import type { ProductOffering } from './product-offering.entity.js';
import { ProductOfferingView } from './product-offering-view.dto.js';
import { CreateProductOffering } from './product-offerings.dto.js';
import { cleanHtml, maxRichContentBytes } from './rich-content.js';
import type { ProductOfferingDetails } from './product-offering-details.js';

/** The columns of a product offering that its owner decides; product type and group come from other rows. */
export type OfferingColumns = Omit<
  ProductOffering,
  'id' | 'teamId' | 'status' | 'version' | 'createdAt' | 'updatedAt'
>;

/** Checks the body of a create. @throws ValidationFailed naming every bad field */
export function readOffering(raw: unknown): CreateProductOffering {
  const body = check(raw);
  if (body.status === 'ARCHIVED')
    throw new ValidationFailed([fieldError(['status'], 'enum', 'must be AVAILABLE; archive it afterwards')]);
  return body;
}

/** Checks a merge patch of a product offering. @throws ValidationFailed naming every bad field of the merged result */
export function mergeOffering(shown: ProductOfferingDetails, patch: unknown): CreateProductOffering {
  return check(mergePatch(ProductOfferingView.from(shown), patch, ['price']));
}

function check(raw: unknown): CreateProductOffering {
  const { value, errors } = validate(CreateProductOffering, raw);
  const bad = errors.some((error) => error.pointer.startsWith('/price'));
  const all = [...errors, ...(bad || !value.price ? [] : priceErrors(value.price))];
  if (all.length > 0) throw new ValidationFailed(all);
  return value;
}

function priceErrors(price: PriceInput): FieldError[] {
  const { currency, currencyOptions, priceType, billingCycle } = price;
  const cycle = ['price', 'billingCycle'];
  return [
    ...decimalErrors(['price'], currency, price),
    ...Object.entries(currencyOptions ?? {}).flatMap(([code, option]) => [
      ...decimalErrors(['price', 'currencyOptions', code], code, option),
      ...(code === currency
        ? [fieldError(['price', 'currencyOptions', code], 'duplicate', 'is the currency of the price itself')]
        : []),
    ]),
    ...(priceType === 'RECURRING' && !billingCycle
      ? [fieldError(cycle, 'required', 'is required for RECURRING')]
      : []),
    ...(priceType === 'ONE_TIME' && billingCycle
      ? [fieldError(cycle, 'forbidden', 'must be null for ONE_TIME')]
      : []),
  ];
}

function decimalErrors(at: string[], currency: string, { grossPrice }: CurrencyOption): FieldError[] {
  if (fitsCurrency(grossPrice, currency)) return [];
  return [fieldError([...at, 'grossPrice'], 'decimals', `has more decimals than ${currency} allows`)];
}

/**
 * Turns a checked body into columns, with the product it names.
 * @throws ValidationFailed when the product does not suit
 */
export function toProductOfferingColumns(
  body: CreateProductOffering,
  product: Product,
  groupId: string | null,
): OfferingColumns {
  const richContent = body.richContent ? cleanHtml(body.richContent) : null;
  const addonCategories = [...new Set((body.addonCategories ?? []).map(canonicalCategory))];
  const productType = typeOf(product, addonCategories, richContent);
  return {
    productId: product.id,
    productType,
    groupId,
    name: body.name.trim(),
    description: body.description ?? null,
    richContent,
    customerType: body.customerType,
    ...priceColumns(body.price),
    addonCategories,
    internalDescription: body.internalDescription ?? null,
    imageUrl: body.imageUrl ?? null,
    metadata: body.metadata ?? {},
  };
}

function typeOf(
  { type }: Product,
  addonCategories: readonly string[],
  richContent: string | null,
): ProductType {
  const isAddon = type === 'ADDON';
  const errors = [
    ...(type ? [] : [fieldError(['productId'], 'type', 'names a product that has no type')]),
    ...(isAddon && addonCategories.length === 0
      ? [fieldError(['addonCategories'], 'required', 'is required for a product of type ADDON')]
      : []),
    ...(!isAddon && addonCategories.length > 0
      ? [fieldError(['addonCategories'], 'forbidden', `must be empty for a product of type ${type}`)]
      : []),
    ...(Buffer.byteLength(richContent ?? '') > maxRichContentBytes
      ? [fieldError(['richContent'], 'length', `is longer than ${maxRichContentBytes} bytes once escaped`)]
      : []),
  ];
  if (errors.length > 0) throw new ValidationFailed(errors);
  return type as ProductType;
}

function priceColumns(price: PriceInput) {
  const amounts = { ...price.currencyOptions, [price.currency]: price };
  const minor = Object.entries(amounts).map(([currency, { grossPrice, taxIncluded = false }]) => [
    currency,
    { amount: Number(toMinorUnits(grossPrice, currency)), includes_tax: taxIncluded },
  ]);
  return {
    price: Object.fromEntries(minor) as PriceMap,
    defaultCurrency: price.currency,
    priceType: price.priceType,
    boundMonths: price.boundMonths ?? 0,
    billingPeriod: price.billingCycle?.period ?? null,
    billingInterval: price.billingCycle?.interval ?? null,
  };
}
