import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { DateTimeField, IdField, TextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { CustomerInfo, ServiceAddress } from '../personal-data/customer.dto.js';
import { HistoryEntry, ItemFields } from './item-view.dto.js';

const withheld = 'Null after it has been erased, and from `personalDataUntil` on.';

/** An order item in a provider's list. */
@ApiSchema({ name: 'ProviderOrderItemSummary' })
export class ProviderItemView extends ItemFields {
  @IdField({ description: 'ID of the item.', example: exampleIdIn('/provider/orders') })
  id: string;

  @IdField({ description: 'ID of the order, which can have items of other providers.' })
  orderId: string;

  @IdField({ description: 'ID of the reseller.' })
  resellerTeamId: string;

  @TextField({
    description: 'Name of the reseller when the offer was ordered.',
    max: 255,
    example: 'Corner Shop',
  })
  resellerName: string;

  @ObjectField(() => CustomerInfo, { description: `The customer. ${withheld}`, nullable: true })
  customerInfo: CustomerInfo | null;

  @ObjectField(() => ServiceAddress, {
    description: `Where the service is delivered. ${withheld}`,
    nullable: true,
  })
  serviceAddress: ServiceAddress | null;

  @TextField({
    description: `Notes of the reseller on the order. ${withheld}`,
    max: 5000,
    nullable: true,
    example: 'Please call before the visit.',
  })
  notes: string | null;

  @FreeObjectField({
    description: `Data that the reseller added to the order, and the provider to the item. ${withheld}`,
    nullable: true,
    example: { referralSource: 'store 12' },
  })
  metadata: object | null;

  @DateTimeField({
    description: 'Time from which you no longer see personal data; null until the item has ended.',
    nullable: true,
    example: null,
  })
  personalDataUntil: string | null;
}

@ApiSchema({ name: 'ProviderOrderItem' })
export class ProviderItemDetailView extends ProviderItemView {
  @ObjectListField(() => HistoryEntry, {
    description: 'Changes of the item, oldest first.',
    maxItems: 10_000,
  })
  history: HistoryEntry[];

  @FreeObjectField({
    description:
      'The offer or the product offering as the reseller saw it when it was ordered, with prices, terms, document URLs and label data.',
    example: { name: 'Fibre 500' },
  })
  snapshot: object;
}
