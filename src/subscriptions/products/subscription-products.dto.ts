import { CreateBody, DocumentOf, ListDocumentOf, UpdateBody } from '../json-api/envelope.js';
import { FilterField } from '../json-api/filter.js';
import { OffsetQuery } from '../json-api/offset-page.js';
import { ProductAttributes, ProductChanges } from './subscription-product-fields.js';
import { SubscriptionProductView } from './subscription-product.view.js';

const type = 'subscription_product';

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
}

export class SubscriptionProductDocument extends DocumentOf(
  'SubscriptionProductDocument',
  SubscriptionProductView,
) {}

export class SubscriptionProductList extends ListDocumentOf(
  'SubscriptionProductList',
  SubscriptionProductView,
) {}
