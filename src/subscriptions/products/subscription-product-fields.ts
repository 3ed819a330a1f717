import { mergePriceMap, PriceMapField, type PriceMapInput } from '../../money/price-map.js';
import type { ProductColumns } from '../../products/product-columns.js';
import { hasLength, isString, isWebUrl, normalizeUrl } from '../../validation/checks.js';
import { field, rule } from '../../validation/field.js';
import { EnumField, NumberField, TextField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { ServerManaged } from '../../validation/validate.js';
import { withChange } from '../with-change.js';

/** Documentation of the attributes, shared by requests and responses. */
export const productDocs = {
  name: { description: 'Name shown to customers.', example: 'Helmet rental' },
  description: { description: 'Description shown to customers.', example: 'A helmet in your size.' },
  sku: { description: 'Stock keeping unit.', example: 'HELMET-1' },
  mainImage: { description: 'URL of a product image.', example: 'https://shop.example/helmet.png' },
  externalRef: { description: "Reference in the provider's own system.", example: 'pim-778' },
  price: {
    description: 'Price by currency, for one billing period or for the time specified in `price_units`.',
  },
  oneTimePrice: {
    description:
      'What is charged once, at the start, in addition to the price, by currency: for example, a set-up fee. Plans do not change it.',
  },
  priceUnits: { description: 'Time that the price covers. The default is one billing period.' },
};

export class PriceUnits {
  @EnumField(['day', 'month'], { description: 'Unit of time.', example: 'month' })
  unit: 'day' | 'month';
  @NumberField({ description: 'Number of units.', integer: true, min: 1, max: 2_147_483_647, example: 1 })
  amount: number;
}

/** Declares an http or https URL of at most 1,024 characters. */
const ImageUrlField = () =>
  field(
    { type: 'string', format: 'uri', maxLength: 1024 },
    { ...productDocs.mainImage, optional: true },
    rule({ code: 'type', normalize: normalizeUrl }, 'must be a string', isString),
    rule({ code: 'length' }, 'must be at most 1024 characters long', (value) =>
      hasLength(String(value), 0, 1024),
    ),
    rule({ code: 'format' }, 'must be an http or https URL', (value) => isWebUrl(String(value))),
  );

/** Attributes of a product in a create or build request. */
@ServerManaged('created_at', 'updated_at')
export class ProductAttributes {
  @TextField({ ...productDocs.name, kind: 'name', min: 3, max: 1024 })
  name: string;
  @TextField({ ...productDocs.description, max: 1024, optional: true })
  description?: string;
  @TextField({ ...productDocs.sku, kind: 'identifier', max: 1024, optional: true })
  sku?: string;
  @ImageUrlField()
  main_image?: string;
  @TextField({
    ...productDocs.externalRef,
    kind: 'identifier',
    description: `${productDocs.externalRef.description} It must be unique within your team.`,
    min: 1,
    max: 2048,
    optional: true,
  })
  external_ref?: string;
  @PriceMapField({ ...productDocs.price, optional: true })
  price?: PriceMapInput;
  @PriceMapField({ ...productDocs.oneTimePrice, optional: true })
  one_time_price?: PriceMapInput;
  @ObjectField(() => PriceUnits, { ...productDocs.priceUnits, optional: true })
  price_units?: PriceUnits;
}

const clearable = [
  'description',
  'sku',
  'main_image',
  'external_ref',
  'price',
  'one_time_price',
  'price_units',
] as const;

/** Attributes of a product in an update request. A null entry in a price removes that currency. */
@ServerManaged('created_at', 'updated_at')
export class ProductChanges extends PatchType(ProductAttributes, clearable) {
  @PriceMapField({ ...productDocs.price, optional: true, nullable: true, nullableEntries: true })
  override price?: PriceMapInput | null;
  @PriceMapField({ ...productDocs.oneTimePrice, optional: true, nullable: true, nullableEntries: true })
  override one_time_price?: PriceMapInput | null;
}

export function newProductColumns(attributes: ProductAttributes): ProductColumns {
  const required: ProductColumns = {
    name: attributes.name,
    description: null,
    sku: null,
    imageUrl: null,
    externalRef: null,
    price: null,
    oneTimePrice: null,
    priceUnit: null,
    priceUnitAmount: null,
  };
  return changeProductColumns(required, attributes);
}

/**
 * Returns a copy of the columns with the changes applied.
 * @throws ValidationFailed if the price would have more than 10 currencies
 */
export function changeProductColumns(columns: ProductColumns, changes: ProductChanges): ProductColumns {
  const { price_units: units } = changes;
  return {
    name: withChange(columns.name, changes.name),
    description: withChange(columns.description, changes.description),
    sku: withChange(columns.sku, changes.sku),
    imageUrl: withChange(columns.imageUrl, changes.main_image),
    externalRef: withChange(columns.externalRef, changes.external_ref),
    price: mergePriceMap(columns.price, changes.price, ['data', 'attributes', 'price']),
    oneTimePrice: mergePriceMap(columns.oneTimePrice, changes.one_time_price, [
      'data',
      'attributes',
      'one_time_price',
    ]),
    priceUnit: units === undefined ? columns.priceUnit : (units?.unit ?? null),
    priceUnitAmount: units === undefined ? columns.priceUnitAmount : (units?.amount ?? null),
  };
}

/** Returns only the columns of the attributes, taken from a product or a snapshot. */
export const copyProductColumns = (row: ProductColumns): ProductColumns => changeProductColumns(row, {});
