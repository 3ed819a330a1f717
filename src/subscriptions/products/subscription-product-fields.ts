import { PatchType } from '../../validation/patch-type.js';
import { field, rule } from '../../validation/field.js';
import { EnumField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { ObjectField } from '../../validation/object-fields.js';
import { mergePriceMap, PriceMapField, type PriceMapInput } from '../../money/price-map.js';
import { characterCount, isString, isWebUrl } from '../../validation/checks.js';
import type { Product } from '../../products/product.entity.js';

const name = { description: 'Name for customers.', example: 'Helmet rental' };
const description = { description: 'Description for customers.', example: 'A helmet in your size.' };
const sku = { description: 'Stock keeping unit.', example: 'HELMET-1' };
const image = { description: 'Picture of the product.', example: 'https://shop.example/helmet.png' };
const ref = { description: "Id in the provider's own system.", example: 'pim-778' };
const price = { description: 'Price by currency; without `price_units` for one billing period.' };
const units = { description: 'The time that the price is for.' };

export class PriceUnits {
  @EnumField(['day', 'month'], { description: 'Unit of the time.', example: 'month' })
  unit: 'day' | 'month';
  @NumberField({ description: 'Number of units.', integer: true, min: 1, max: 2_147_483_647, example: 1 })
  amount: number;
}

/** An http or https address of at most 1,024 characters. */
const ImageUrl = () =>
  field(
    { type: 'string', format: 'uri', maxLength: 1024 },
    { ...image, optional: true },
    rule({ code: 'type' }, 'must be a string', isString),
    rule(
      { code: 'length' },
      'must be at most 1024 characters long',
      (value) => characterCount(value) <= 1024,
    ),
    rule({ code: 'format' }, 'must be an http or https URL', (value) => isWebUrl(String(value))),
  );

/** What a product is made of in a create and in a build. */
@ServerManaged('created_at', 'updated_at')
export class ProductAttributes {
  @TextField({ ...name, min: 3, max: 1024 })
  name: string;
  @TextField({ ...description, max: 1024, optional: true })
  description?: string;
  @TextField({ ...sku, max: 1024, optional: true })
  sku?: string;
  @ImageUrl()
  main_image?: string;
  @TextField({
    ...ref,
    description: `${ref.description} Unique in the team.`,
    min: 1,
    max: 2048,
    optional: true,
  })
  external_ref?: string;
  @PriceMapField({ ...price, optional: true })
  price?: PriceMapInput;
  @ObjectField(() => PriceUnits, { ...units, optional: true })
  price_units?: PriceUnits;
}

const clearable = ['description', 'sku', 'main_image', 'external_ref', 'price', 'price_units'] as const;

/** What may change in a product; a currency's entry of the price may be null, which drops it. */
@ServerManaged('created_at', 'updated_at')
export class ProductChanges extends PatchType(ProductAttributes, clearable) {
  @PriceMapField({ ...price, optional: true, nullable: true, nullableEntries: true })
  override price?: PriceMapInput | null;
}

/** The columns behind the attributes; a snapshot inside an offering has the same. */
export type ProductTraits = Pick<
  Product,
  'name' | 'description' | 'sku' | 'imageUrl' | 'externalRef' | 'price' | 'priceUnit' | 'priceUnitAmount'
>;

const blank: ProductTraits = {
  name: '',
  description: null,
  sku: null,
  imageUrl: null,
  externalRef: null,
  price: null,
  priceUnit: null,
  priceUnitAmount: null,
};

export const newProduct = (attributes: ProductAttributes) => changeProduct(blank, attributes);

const given = <T>(change: T | undefined, current: T): T => (change === undefined ? current : change);

/** The traits with a change put over them. @throws ValidationFailed when the price gets too many currencies */
export function changeProduct(traits: ProductTraits, change: ProductChanges): ProductTraits {
  const { price_units: units } = change;
  return {
    name: given(change.name, traits.name),
    description: given(change.description, traits.description),
    sku: given(change.sku, traits.sku),
    imageUrl: given(change.main_image, traits.imageUrl),
    externalRef: given(change.external_ref, traits.externalRef),
    price: mergePriceMap(traits.price, change.price, ['data', 'attributes', 'price']),
    priceUnit: units === undefined ? traits.priceUnit : (units?.unit ?? null),
    priceUnitAmount: units === undefined ? traits.priceUnitAmount : (units?.amount ?? null),
  };
}

/** Only the columns of the attributes, to copy them. */
export const traitsOfProduct = (row: ProductTraits): ProductTraits => changeProduct(row, {});
