import type { Encryption } from '../../encryption/encryption.js';
import { newEvent, type NewEvent } from '../../events/new-event.js';
import type { Caller } from '../../teams/caller.js';
import type { ServiceAddress } from '../personal-data/customer.dto.js';
import type { OrderedItem } from './ordered-item.js';
import { placedStatus, placedVersion } from './place-order.write.js';

/** Returns the event by which the provider of an item learns of it. */
export const createdEvent = (
  encryption: Encryption,
  { id: orderId, reseller, address, at }: { id: string; reseller: Caller; address: ServiceAddress; at: Date },
  itemId: string,
  { offerId, productOfferingId, name, providerId }: OrderedItem,
): NewEvent =>
  newEvent(encryption, {
    type: 'order.created',
    teamId: providerId,
    subject: itemId,
    at,
    data: {
      orderId,
      itemId,
      offerId,
      productOfferingId,
      offerName: name,
      version: placedVersion,
      resellerTeamId: reseller.id,
      resellerName: reseller.name,
      status: placedStatus,
      serviceAddress: address,
    },
  });
