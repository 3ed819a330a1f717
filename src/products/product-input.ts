import { ValidationFailed, type FieldError } from '../common/errors.js';
import { validate } from '../validation/validate.js';
import { mergePatch } from '../validation/merge-patch.js';
import { fitsCurrency, toMinorUnits } from '../money/money.js';
import { fieldError } from '../common/field-path.js';
import { ProductView } from './product-view.dto.js';
import type { PriceMap, Product } from './product.entity.js';
import { belongsTo, canonicalCategory, canonicalType } from './product-types.js';
import { CreateProduct } from './products.dto.js';

/** The columns of a product that its owner decides here; those of the subscription surface stay as they are. */
export type ProductColumns = Omit<
  Product,
  'id' | 'teamId' | 'priceUnit' | 'priceUnitAmount' | 'version' | 'createdAt' | 'updatedAt'
>;

/** Reads the body of a create. @throws ValidationFailed naming every bad field */
export function readProduct(raw: unknown): ProductColumns {
  const { value, errors } = validate(CreateProduct, raw);
  return resolve(value, errors);
}

/**
 * Applies a merge patch to a product. Members that the patch does not name are not judged again: what another
 * surface has stored may be more than this one would take.
 * @throws ValidationFailed naming every bad field of the merged result
 */
export function mergeProduct(product: Product, patch: unknown): ProductColumns {
  const merged = mergePatch(ProductView.from(product), patch, ['features', 'price']);
  const { value, errors } = validate(CreateProduct, merged);
  const touched = new Set(Object.keys(Object(patch) as object));
  const own = errors.filter((error) => error.field === '' || touched.has(rootOf(error)));
  const columns = resolve(value, own);
  return touched.has('price') ? columns : { ...columns, price: product.price };
}

const rootOf = (error: FieldError) => error.pointer.split('/')[1] ?? '';

function resolve(value: CreateProduct, errors: FieldError[]): ProductColumns {
  const bad = new Set(errors.map(rootOf));
  const all = [
    ...errors,
    ...(bad.has('type') || bad.has('category') ? [] : categoryErrors(value)),
    ...(bad.has('price') ? [] : priceErrors(value)),
  ];
  if (all.length > 0) throw new ValidationFailed(all);
  return toColumns(value);
}

function categoryErrors({ type, category }: CreateProduct): FieldError[] {
  if (!category) return [];
  if (!type) return [fieldError(['category'], 'category', 'needs a type')];
  const fits = belongsTo(canonicalCategory(category), canonicalType(type));
  return fits
    ? []
    : [fieldError(['category'], 'category', `is not a category of type ${canonicalType(type)}`)];
}

function priceErrors({ price }: CreateProduct): FieldError[] {
  return Object.entries(price ?? {})
    .filter(([currency, { amount }]) => typeof amount === 'number' && !fitsCurrency(amount, currency))
    .map(([currency]) =>
      fieldError(['price', currency, 'amount'], 'decimals', `has more decimals than ${currency} allows`),
    );
}

/** Trims what is a name, spells type and category as they are kept, and turns prices into minor units. */
function toColumns({ type, category, features, price, ...given }: CreateProduct): ProductColumns {
  return {
    name: given.name.trim(),
    internalName: given.internalName ?? null,
    description: given.description ?? null,
    sku: given.sku ?? null,
    imageUrl: given.imageUrl ?? null,
    externalRef: given.externalRef ?? null,
    price: price ? toPriceMap(price) : null,
    type: type ? canonicalType(type) : null,
    category: category ? canonicalCategory(category) : null,
    networkProviderId: given.networkProviderId ?? null,
    features: features ? withoutNulls(features) : null,
    requirements: given.requirements ?? null,
    metadata: given.metadata ?? {},
  };
}

function toPriceMap(price: NonNullable<CreateProduct['price']>): PriceMap {
  const minor = Object.entries(price).map(([currency, { amount, taxIncluded = false }]) => [
    currency,
    { amount: Number(toMinorUnits(amount, currency)), includes_tax: taxIncluded },
  ]);
  return Object.fromEntries(minor) as PriceMap;
}

const withoutNulls = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
