import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { ItemsPageOf, ItemsQuery } from '../../paging/items-page.js';
import { EmailField } from '../../validation/contact/contact-fields.js';
import { BooleanField, DateTimeField, IdField } from '../../validation/fields.js';
import { IntersectionType } from '../../validation/mapped-types.js';
import { ObjectListField } from '../../validation/object-fields.js';
import { OrderView } from '../reading/order-view.dto.js';

/** The number of orders that one request can erase. */
export const maxErasedOrders = 500;

/** Whose data is meant: exactly one of the members is given. */
export class CustomerSelection {
  @EmailField({
    description:
      'E-mail address of the customer, for all orders of your team with it. Case does not matter. Required unless `orderId` is given.',
    optional: true,
    example: 'maria@example.com',
  })
  email?: string;

  @IdField({
    description: 'ID of an order of your team, for this order alone. Required unless `email` is given.',
    optional: true,
  })
  orderId?: string;
}

@ApiSchema({ name: 'ExportCustomer' })
export class ExportCustomer extends IntersectionType(CustomerSelection, ItemsQuery) {}

@ApiSchema({ name: 'CustomerExport' })
export class CustomerExportView extends ItemsPageOf(OrderView) {}

@ApiSchema({ name: 'EraseCustomer' })
export class EraseCustomer extends CustomerSelection {
  @BooleanField({
    description:
      'Whether to erase data that a provider still needs, because it works on an item. Without it, this results in 409.',
    optional: true,
    default: false,
    example: false,
  })
  force?: boolean;
}

@ApiSchema({ name: 'ErasedOrder' })
export class ErasedOrderView {
  @IdField({ description: 'ID of the order.', example: exampleIdIn('/reseller/orders') })
  orderId: string;

  @DateTimeField({ description: 'Time at which its data was erased.', example: '2026-01-31T09:30:00.000Z' })
  erasedAt: string;
}

@ApiSchema({ name: 'CustomerErasure' })
export class CustomerErasureView {
  @ObjectListField(() => ErasedOrderView, {
    description: 'The orders whose data was erased; empty if there are none with the e-mail address.',
    maxItems: maxErasedOrders,
  })
  orders: ErasedOrderView[];

  @BooleanField({
    description: `Whether there are further orders of the customer, because one request erases at most ${maxErasedOrders}. Send it again until this is false.`,
    example: false,
  })
  more: boolean;
}
