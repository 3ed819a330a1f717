import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { withoutNulls } from '../common/without-nulls.js';
import { fitsCurrency, toMinorUnits } from '../money/money.js';
import type { PriceMap } from '../money/price-map.js';
import { mergePatch } from '../validation/merge-patch.js';
import { validate } from '../validation/validate.js';
import { canonicalCategory, canonicalType, isCategoryOf } from './product-types.js';
import { ProductView } from './product-view.dto.js';
import type { Product } from './product.entity.js';
import { CreateProduct } from './products.dto.js';

/**
 * The columns that `/products` can set. An update preserves the price unit, which only
 * `/subscriptions/products` can set.
 */
export type ProductInput = Omit<
  Product,
  'id' | 'teamId' | 'priceUnit' | 'priceUnitAmount' | 'version' | 'createdAt' | 'updatedAt'
>;

/** Reads the body of a create request. @throws ValidationFailed listing every invalid field */
export function readProduct(body: unknown): ProductInput {
  const { value, errors } = validate(CreateProduct, body);
  return toColumns(value, errors);
}

/**
 * Applies a merge patch to a product. Validates only members that occur in the patch, because
 * `/subscriptions/products` has different limits and stored values may therefore be invalid here.
 * @throws ValidationFailed listing every invalid field
 */
export function mergeProduct(product: Product, patch: unknown): ProductInput {
  const merged = mergePatch(ProductView.from(product), patch, ['features', 'price', 'oneTimePrice']);
  const { value, errors } = validate(CreateProduct, merged);
  const patched = new Set(Object.keys(Object(patch) as object));
  const relevant = errors.filter((error) => error.field === '' || patched.has(topLevelField(error)));
  const columns = toColumns(value, relevant);
  for (const name of priceNames) if (!patched.has(name)) columns[name] = product[name];
  return columns;
}

const priceNames = ['price', 'oneTimePrice'] as const;

const topLevelField = (error: FieldError) => error.pointer.split('/')[1] ?? '';

/**
 * Checks the rules that involve several fields, if these fields are valid, and converts the body to columns
 * with canonical type and category and with prices in minor units.
 * @throws ValidationFailed listing every invalid field
 */
function toColumns(value: CreateProduct, fieldErrors: FieldError[]): ProductInput {
  const invalid = new Set(fieldErrors.map(topLevelField));
  const errors = [
    ...fieldErrors,
    ...(invalid.has('type') || invalid.has('category') ? [] : categoryErrors(value)),
    ...priceNames.flatMap((name) => (invalid.has(name) ? [] : priceErrors(value, name))),
  ];
  if (errors.length > 0) throw new ValidationFailed(errors);
  const { type, category, features, price, oneTimePrice } = value;
  return {
    name: value.name.trim(),
    internalName: value.internalName ?? null,
    description: value.description ?? null,
    sku: value.sku ?? null,
    imageUrl: value.imageUrl ?? null,
    externalRef: value.externalRef ?? null,
    externalId: value.externalId ?? null,
    price: price ? toPriceMap(price) : null,
    oneTimePrice: oneTimePrice ? toPriceMap(oneTimePrice) : null,
    type: type ? canonicalType(type) : null,
    category: category ? canonicalCategory(category) : null,
    networkProviderId: value.networkProviderId ?? null,
    features: nullIfEmpty(features && withoutNulls<object>(features)),
    requirements: nullIfEmpty(value.requirements),
    metadata: value.metadata ?? {},
  };
}

/** A view shows null as an empty object, which must not be a change when it is sent back. */
const nullIfEmpty = (value: object | null | undefined) =>
  value && Object.keys(value).length > 0 ? value : null;

function categoryErrors({ type, category }: CreateProduct): FieldError[] {
  if (!category) return [];
  if (!type) return [fieldError(['category'], 'category', 'requires a type')];
  return isCategoryOf(canonicalCategory(category), canonicalType(type))
    ? []
    : [fieldError(['category'], 'category', `must be a category of type ${canonicalType(type)}`)];
}

function priceErrors(value: CreateProduct, name: (typeof priceNames)[number]): FieldError[] {
  return Object.entries(value[name] ?? {})
    .filter(([currency, { amount }]) => typeof amount === 'number' && !fitsCurrency(amount, currency))
    .map(([currency]) =>
      fieldError([name, currency, 'amount'], 'decimals', `has more decimal places than ${currency} allows`),
    );
}

function toPriceMap(price: NonNullable<CreateProduct['price']>): PriceMap {
  const entries = Object.entries(price).map(([currency, { amount, taxIncluded = false }]) => [
    currency,
    { amount: Number(toMinorUnits(amount, currency)), includes_tax: taxIncluded },
  ]);
  return Object.fromEntries(entries) as PriceMap;
}
