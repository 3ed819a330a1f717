import { ObjectField } from '../../validation/object-fields.js';
import { timeAttributes, type AttributeInfo } from '../json-api/attributes.js';
import { CreateBody, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FilterField } from '../json-api/filter.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { commonSortNames, SortField } from '../json-api/sort.js';
import {
  containingDocs,
  IncludedOfferings,
  IncludeOfferingsField,
} from '../offerings/containing-offerings.view.js';
import { ProductAttributes, ProductChanges, productDocs } from './subscription-product-fields.js';
import { SubscriptionProductView, type ProductAttributesView } from './subscription-product.view.js';

const type = 'subscription_product';

export const productAttributes = {
  name: { type: 'string', required: true, ...productDocs.name },
  description: { type: 'string', ...productDocs.description },
  sku: { type: 'string', ...productDocs.sku },
  main_image: { type: 'string', ...productDocs.mainImage },
  external_ref: { type: 'string', ...productDocs.externalRef },
  price: { type: 'object', ...productDocs.price },
  one_time_price: { type: 'object', ...productDocs.oneTimePrice },
  price_units: { type: 'object', ...productDocs.priceUnits },
  ...timeAttributes,
} satisfies Record<keyof ProductAttributesView, AttributeInfo>;

export class CreateSubscriptionProduct extends CreateBody(
  'CreateSubscriptionProduct',
  type,
  ProductAttributes,
) {}

export class UpdateSubscriptionProduct extends UpdateBody(
  'UpdateSubscriptionProduct',
  type,
  ProductChanges,
) {}

export class ListSubscriptionProducts extends OffsetQuery {
  @FilterField({
    description: 'Filters by reference: `eq(external_ref,pim-778)`.',
    example: 'eq(external_ref,pim-778)',
  })
  filter?: string;

  @SortField([...commonSortNames, 'sku'])
  sort?: string;

  @IncludeOfferingsField()
  include?: string[];
}

export class SubscriptionProductDocument extends DocumentOf(
  'SubscriptionProductDocument',
  SubscriptionProductView,
) {
  @ObjectField(() => IncludedOfferings, containingDocs.included)
  included?: IncludedOfferings;
}

export class SubscriptionProductList extends ListDocumentOf(
  'SubscriptionProductList',
  SubscriptionProductView,
) {
  @ObjectField(() => IncludedOfferings, containingDocs.included)
  included?: IncludedOfferings;
}
