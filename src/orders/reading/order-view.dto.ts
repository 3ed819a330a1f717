import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { OmitType } from '../../validation/mapped-types.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { itemStatuses, type ItemStatus } from '../lifecycle/item-status.js';
import { CustomerInfo, ServiceAddress } from '../personal-data/customer.dto.js';
import { maxItems } from '../placing/place-order.dto.js';
import { HistoryEntry, ItemFields } from './item-view.dto.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
/** No real item changes as often. */
const maxHistory = 10_000;
const erased = 'Null after it has been erased.';

@ApiSchema({ name: 'OrderItemSummary' })
export class OrderItemView extends ItemFields {
  @IdField({ description: 'ID of the item.', example: exampleIdIn('/reseller/orders/{orderId}/items') })
  itemId: string;

  @IdField({ description: 'ID of the provider.' })
  providerId: string;

  @TextField({
    description: 'Name of the provider when the offer was ordered.',
    max: 255,
    example: 'Northwind Fibre',
  })
  providerName: string;

  @FreeObjectField({ description: 'Data that the provider added to the item.', nullable: true, example: {} })
  metadata: object | null;
}

@ApiSchema({ name: 'OrderItem' })
export class OrderItemDetailView extends OrderItemView {
  @ObjectListField(() => HistoryEntry, {
    description: 'Changes of the item, oldest first.',
    maxItems: maxHistory,
  })
  history: HistoryEntry[];

  @FreeObjectField({
    description:
      'The offer or the product offering as your team saw it when it was ordered, with prices, terms, document URLs and label data: the response of `GET /reseller/catalog/{offerId}` or `GET /product-offerings/{productOfferingId}`.',
    example: { name: 'Fibre 500' },
  })
  snapshot: object;
}

/** An order in a list. */
@ApiSchema({ name: 'OrderSummary' })
export class OrderSummaryView {
  @IdField({ description: 'ID of the order (UUID v7).', example: exampleIdIn('/reseller/orders') })
  orderId: string;

  @TextField({
    description: 'ID of the order in your own system.',
    max: 255,
    nullable: true,
    example: 'crm-order-4711',
  })
  externalId: string | null;

  @EnumField(itemStatuses, {
    description:
      'Status of the order: that of its least advanced item in progress or, if all items have ended, the first of `active`, `completed`, `failed`, `cancelled` and `rejected` that an item has.',
    example: 'submitted_to_provider',
  })
  status: ItemStatus;

  @TextField({
    description: 'Promo code of the order, in uppercase.',
    max: 64,
    nullable: true,
    example: null,
  })
  promoCode: string | null;

  @ObjectField(() => CustomerInfo, { description: `The customer. ${erased}`, nullable: true })
  customerInfo: CustomerInfo | null;

  @ObjectField(() => ServiceAddress, {
    description: `Where the service is delivered. ${erased}`,
    nullable: true,
  })
  serviceAddress: ServiceAddress | null;

  @TextField({
    description: `Notes for the providers. ${erased}`,
    max: 5000,
    nullable: true,
    example: 'Please call before the visit.',
  })
  notes: string | null;

  @FreeObjectField({
    description: `Free-form JSON object. ${erased}`,
    nullable: true,
    example: { referralSource: 'store 12' },
  })
  metadata: object | null;

  @ObjectListField(() => OrderItemView, { description: 'The items, in the order of the request.', maxItems })
  items: OrderItemView[];

  @DateTimeField({
    description: 'Time at which personal data was erased; null if it was not.',
    nullable: true,
    example: null,
  })
  erasedAt: string | null;

  @NumberField({
    description: 'Version number of the order without its items.',
    integer: true,
    min: 1,
    example: 1,
  })
  version: number;

  @DateTimeField({ description: 'Time of the order.', example: exampleTime })
  createdAt: string;

  @DateTimeField({
    description: 'Time of the last change of the order or one of its items.',
    example: exampleTime,
  })
  updatedAt: string;
}

@ApiSchema({ name: 'Order' })
export class OrderView extends OmitType(OrderSummaryView, ['items']) {
  @ObjectListField(() => OrderItemDetailView, {
    description: 'The items, in the order of the request.',
    maxItems,
  })
  items: OrderItemDetailView[];

  @ObjectListField(() => HistoryEntry, {
    description: 'Changes of all items, oldest first.',
    maxItems: maxItems * maxHistory,
  })
  history: HistoryEntry[];
}

@ApiSchema({ name: 'OrderList' })
export class OrderListView extends ItemsPageOf(OrderSummaryView) {}
