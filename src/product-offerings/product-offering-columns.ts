import { ValidationFailed } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { toMinorUnits } from '../money/money.js';
import { canonicalCategory, type ProductType } from '../products/product-types.js';
import type { PriceMap } from '../money/price-map.js';
import type { Product } from '../products/product.entity.js';
import type { CurrencyOption, GrossAmount, PriceInput } from './pricing/price.dto.js';
import type { ProductOffering } from './product-offering.entity.js';
import type { CreateProductOffering } from './product-offerings.dto.js';
import { cleanHtml, maxRichContentBytes } from './rich-content.js';

/** The product offering columns that depend on the request body, the product and the group. */
export type ProductOfferingColumns = Omit<
  ProductOffering,
  'id' | 'teamId' | 'status' | 'version' | 'createdAt' | 'updatedAt' | 'visibleUpdatedAt' | 'search'
>;

/**
 * Converts a validated body into columns.
 * @throws ValidationFailed if the body is not valid for the type of the product
 */
export function toProductOfferingColumns(
  body: CreateProductOffering,
  product: Product,
  groupId: string | null,
): ProductOfferingColumns {
  const richContent = body.richContent ? cleanHtml(body.richContent) : null;
  const addonCategories = [...new Set((body.addonCategories ?? []).map(canonicalCategory))];
  return {
    productId: product.id,
    productType: requireProductType(product, addonCategories, richContent),
    groupId,
    name: body.name.trim(),
    description: body.description ?? null,
    richContent,
    customerType: body.customerType,
    ...toPriceColumns(body.price),
    addonCategories,
    externalId: body.externalId ?? null,
    internalDescription: body.internalDescription ?? null,
    imageUrl: body.imageUrl ?? null,
    metadata: body.metadata ?? {},
  };
}

/**
 * Returns the type of the product.
 * @throws ValidationFailed if it has no type or the values are not valid for its type
 */
function requireProductType(
  { type }: Product,
  addonCategories: readonly string[],
  richContent: string | null,
): ProductType {
  const isAddon = type === 'ADDON';
  const errors = [
    ...(type ? [] : [fieldError(['productId'], 'type', 'must refer to a product that has a type')]),
    ...(isAddon && addonCategories.length === 0
      ? [fieldError(['addonCategories'], 'required', 'is required for a product of type ADDON')]
      : []),
    ...(!isAddon && addonCategories.length > 0
      ? [fieldError(['addonCategories'], 'forbidden', `must be empty for a product of type ${type}`)]
      : []),
    ...(Buffer.byteLength(richContent ?? '') > maxRichContentBytes
      ? [
          fieldError(
            ['richContent'],
            'length',
            `must be at most ${maxRichContentBytes} bytes long after special characters are escaped`,
          ),
        ]
      : []),
  ];
  if (errors.length > 0) throw new ValidationFailed(errors);
  return type as ProductType;
}

function toPriceMap(amounts: readonly (readonly [currency: string, price: GrossAmount])[]): PriceMap {
  const entries = amounts.map(([currency, { grossPrice, taxIncluded = false }]) => [
    currency,
    { amount: Number(toMinorUnits(grossPrice, currency)), includes_tax: taxIncluded },
  ]);
  return Object.fromEntries(entries) as PriceMap;
}

function toPriceColumns(price: PriceInput) {
  const options = Object.entries<CurrencyOption>({ ...price.currencyOptions, [price.currency]: price });
  const oneTime = options.flatMap(([currency, { oneTimePrice }]) =>
    oneTimePrice ? [[currency, oneTimePrice] as const] : [],
  );
  return {
    price: toPriceMap(options),
    oneTimePrice: oneTime.length > 0 ? toPriceMap(oneTime) : null,
    defaultCurrency: price.currency,
    priceType: price.priceType,
    boundMonths: price.boundMonths ?? 0,
    billingPeriod: price.billingCycle?.period ?? null,
    billingInterval: price.billingCycle?.interval ?? null,
  };
}
