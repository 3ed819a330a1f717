import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { ItemsQuery } from '../../paging/items-page.js';
import { PageQuery } from '../../paging/page.js';
import { EmailField } from '../../validation/contact/contact-fields.js';
import { BooleanField, DateTimeField, EnumField, IdField, TextField } from '../../validation/fields.js';
import { rule } from '../../validation/field.js';
import { IntersectionType } from '../../validation/mapped-types.js';
import { itemStatuses, type ItemStatus } from '../lifecycle/item-status.js';
import { wordsOfName } from '../personal-data/customer-terms.js';

const id = (description: string) => IdField({ description, optional: true });
const time = (description: string, example: string) =>
  DateTimeField({ description, optional: true, example });
const flag = (description: string) =>
  BooleanField({ description: `${description} (true), or only all others (false).`, optional: true });
const status = (description: string) => EnumField(itemStatuses, { description, optional: true });

/** Filters of the lists of both sides. */
export class ItemFilters {
  @status('Returns only orders with an item in this status.')
  status?: ItemStatus;

  @time('Returns only orders from this time on.', '2026-01-01T00:00:00Z')
  createdFrom?: string;

  @time('Returns only orders before this time.', '2026-02-01T00:00:00Z')
  createdTo?: string;

  @id('Returns only orders of this offer.')
  offerId?: string;

  @id('Returns only orders of this product offering.')
  productOfferingId?: string;

  @flag('Whether to return only items whose cancellation the reseller has requested without an answer yet')
  cancelRequested?: boolean;

  @flag('Whether to return only items that will be late according to their provider')
  jeopardy?: boolean;
}

class OrderFilters extends ItemFilters {
  @id('Returns only orders with an item of this provider.')
  providerId?: string;

  @TextField({
    description: 'Returns only the order with this ID in your own system.',
    kind: 'identifier',
    min: 1,
    max: 255,
    optional: true,
  })
  externalId?: string;
}

/**
 * Filters on customers are not among them, because URLs appear in logs of proxies and browsers.
 */
export class ListOrders extends IntersectionType(OrderFilters, PageQuery) {}

class CustomerFilters {
  @EmailField({
    description: 'Finds orders of the customer with this e-mail address. Case does not matter.',
    optional: true,
    example: 'maria@example.com',
  })
  customerEmail?: string;

  @rule(
    { code: 'format' },
    'must contain a letter or a digit',
    (text) => wordsOfName(String(text)).length > 0,
  )
  @TextField({
    description:
      'Finds orders of customers whose names contain all of these words, in any order. Words must be complete; case and accents do not matter.',
    max: 200,
    min: 1,
    optional: true,
    example: 'Sample',
  })
  customerName?: string;
}

@ApiSchema({ name: 'SearchOrders' })
export class SearchOrders extends IntersectionType(CustomerFilters, OrderFilters, ItemsQuery) {}

export class ListProviderItems extends IntersectionType(ItemFilters, PageQuery) {
  @id('Returns only items that this reseller ordered.')
  resellerId?: string;

  @BooleanField({
    description:
      'Whether to return only items whose `respondBy` has passed without an answer (true), or only all others (false).',
    optional: true,
  })
  overdue?: boolean;
}
