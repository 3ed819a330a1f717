import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { IdField, TextField } from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { Hints } from '../../validation/hints/hints.js';
import { CustomerInfo, ServiceAddress } from '../personal-data/customer.dto.js';

/** The number of items that an order can have. */
export const maxItems = 25;

/** What is ordered: an offer of the catalog or a product offering. */
@ApiSchema({ name: 'PlacedItem' })
export class PlacedItem {
  @IdField({
    description: 'ID of an offer in your catalog. Required unless `productOfferingId` is given.',
    optional: true,
    example: exampleIdIn('/reseller/catalog'),
  })
  offerId?: string;

  @IdField({
    description: 'ID of an available product offering. Required unless `offerId` is given.',
    optional: true,
  })
  productOfferingId?: string;

  @FreeObjectField({
    description:
      'Values of the order form of the offer, by the names of its `submissionConfig.formFields`. Required fields must be present; types such as `text`, `email`, `tel`, `number`, `date`, `checkbox` and `select` are checked. Stored encrypted.',
    optional: true,
    example: {},
  })
  fields?: object;
}

@Hints({ externalId: { otherNames: ['orderNumber', 'reference', 'externalRef'] } })
@ApiSchema({ name: 'PlaceOrder' })
export class PlaceOrder {
  @ObjectListField(() => PlacedItem, {
    description:
      'What is ordered, from any number of providers. Each entry becomes an item of its own; the same offer can be ordered only once per order.',
    minItems: 1,
    maxItems,
  })
  items: PlacedItem[];

  @ObjectField(() => CustomerInfo, { description: 'The customer.' })
  customerInfo: CustomerInfo;

  @ObjectField(() => ServiceAddress, { description: 'Where the service is delivered.' })
  serviceAddress: ServiceAddress;

  @TextField({
    description: 'ID of the order in your own system, unique within your team. Providers do not see it.',
    kind: 'identifier',
    min: 1,
    max: 255,
    optional: true,
    nullable: true,
    example: 'crm-order-4711',
  })
  externalId?: string | null;

  @TextField({
    description:
      'Promo code for the product offerings in the order. It must apply to at least one of them, and counts once per provider.',
    max: 255,
    optional: true,
    nullable: true,
    example: null,
  })
  promoCode?: string | null;

  @TextField({
    description: 'Notes for the providers. Stored encrypted.',
    max: 5000,
    optional: true,
    nullable: true,
    example: 'Please call before the visit.',
  })
  notes?: string | null;

  @FreeObjectField({
    description: 'Any JSON object, which the providers see. Stored encrypted.',
    optional: true,
    nullable: true,
    example: { referralSource: 'store 12' },
  })
  metadata?: object | null;
}
