import {
  OfferComplianceChangedData,
  OfferPriceChangedData,
  OfferPublishedData,
  OfferUpdatedData,
  OfferWithdrawnData,
} from './data/offer-events.dto.js';
import {
  OrderCancelDeclinedData,
  OrderCancelledData,
  OrderCancelRequestedData,
  OrderCompletedData,
  OrderCreatedData,
  OrderJeopardyData,
  OrderRejectedData,
  OrderScheduledData,
  OrderStatusChangedData,
  OrderUpdatedData,
} from './data/order-events.dto.js';
import {
  ApiKeyExpiringData,
  PartnerAddedData,
  PartnerRemovedData,
  WebhookDisabledData,
  WebhookFailingData,
  WebhookTestData,
} from './data/team-events.dto.js';

/** What the service knows about a type of events. */
interface EventTypeInfo {
  /** Who receives the events. The `offer audience` are the resellers that see the offer and subscribe to the type. */
  recipient: 'provider' | 'reseller' | 'team' | 'offer audience';
  /** What the ID in the column `subject` identifies. Events with the same subject are delivered in their order. */
  subject: 'order item' | 'offer' | 'provider' | 'API key' | 'webhook endpoint';
  /** One or more sentences about when the events occur, for the documentation. */
  description: string;
  /** DTO of the member `data`. */
  data: new () => object;
  /** Whether the payload can contain personal data, so that it is stored encrypted. */
  sealed: boolean;
}

const toProvider = { recipient: 'provider', subject: 'order item', sealed: true } as const;
const toReseller = { recipient: 'reseller', subject: 'order item', sealed: true } as const;
const ofOffer = { recipient: 'offer audience', subject: 'offer', sealed: false } as const;
const ofPartner = { recipient: 'reseller', subject: 'provider', sealed: false } as const;
const ofEndpoint = { recipient: 'team', subject: 'webhook endpoint', sealed: false } as const;

/** All types of events. Validation, the OpenAPI document and docs/events.md follow this list. */
export const eventTypes = {
  'order.created': {
    ...toProvider,
    description: 'A reseller has ordered one of your offers. Each item of an order has an event of its own.',
    data: OrderCreatedData,
  },
  'order.cancelled': {
    ...toProvider,
    description: 'The reseller has cancelled an item.',
    data: OrderCancelledData,
  },
  'order.cancel_requested': {
    ...toProvider,
    description: 'The reseller asks you to cancel an item that is already scheduled or in progress.',
    data: OrderCancelRequestedData,
  },
  'order.status_changed': {
    ...toReseller,
    description:
      'The provider has changed the status of an item. Some statuses have an event of their own in addition.',
    data: OrderStatusChangedData,
  },
  'order.updated': {
    ...toReseller,
    description:
      'The provider has changed something else of an item, such as notes, milestones, the appointment or metadata, or has declined to cancel it.',
    data: OrderUpdatedData,
  },
  'order.scheduled': {
    ...toReseller,
    description: 'An item has been scheduled, or its appointment has changed.',
    data: OrderScheduledData,
  },
  'order.jeopardy': {
    ...toReseller,
    description: 'The provider warns that an item will be late, or has changed such a warning.',
    data: OrderJeopardyData,
  },
  'order.completed': {
    ...toReseller,
    description: 'An item is completed or active. Sent once, for the first of the two.',
    data: OrderCompletedData,
  },
  'order.rejected': {
    ...toReseller,
    description: 'The provider has rejected an item.',
    data: OrderRejectedData,
  },
  'order.cancel_declined': {
    ...toReseller,
    description: 'The provider has declined your request to cancel an item.',
    data: OrderCancelDeclinedData,
  },
  'offer.published': {
    ...ofOffer,
    description: 'You see an offer that you did not see before.',
    data: OfferPublishedData,
  },
  'offer.updated': {
    ...ofOffer,
    description: 'An offer that you see has changed.',
    data: OfferUpdatedData,
  },
  'offer.price_changed': {
    ...ofOffer,
    description: 'The price of an offer that you see has changed. Sent in addition to `offer.updated`.',
    data: OfferPriceChangedData,
  },
  'offer.withdrawn': {
    ...ofOffer,
    description: 'You no longer see an offer, because its provider has changed or deleted it.',
    data: OfferWithdrawnData,
  },
  'offer.compliance_changed': {
    recipient: 'provider',
    subject: 'offer',
    sealed: false,
    description:
      'The status of the compliance assessment of one of your offers has changed: after a change of the offer or of your licenses, on a day that a rule names, or because the rules have changed. Only while you subscribe to it.',
    data: OfferComplianceChangedData,
  },
  'partner.added': {
    ...ofPartner,
    description: 'A provider has made you a preferred partner, or has changed from when on you are one.',
    data: PartnerAddedData,
  },
  'partner.removed': {
    ...ofPartner,
    description: 'You are no longer a preferred partner of a provider.',
    data: PartnerRemovedData,
  },
  'api_key.expiring': {
    recipient: 'team',
    subject: 'API key',
    sealed: false,
    description: 'An API key of your team expires within 7 days. Sent once.',
    data: ApiKeyExpiringData,
  },
  'webhook.failing': {
    ...ofEndpoint,
    description:
      'All deliveries to an endpoint of your team have failed for a long time. If that goes on, it will be disabled.',
    data: WebhookFailingData,
  },
  'webhook.disabled': {
    ...ofEndpoint,
    description: 'An endpoint of your team was disabled, because it failed for too long or is gone.',
    data: WebhookDisabledData,
  },
  'webhook.test': {
    ...ofEndpoint,
    description: 'A test that you have requested for an endpoint. Not in `GET /events`.',
    data: WebhookTestData,
  },
} as const satisfies Record<string, EventTypeInfo>;

export type EventType = keyof typeof eventTypes;

/** The member `data` of an event. */
export type EventData<T extends EventType> = InstanceType<(typeof eventTypes)[T]['data']>;

export const eventTypeNames = Object.keys(eventTypes) as EventType[];

/** The types of events about offers for resellers, which only subscribers receive. */
export const offerEventTypes = eventTypeNames.filter(
  (type) => eventTypes[type].recipient === 'offer audience',
);

/** All types of events that are written only while a team subscribes to them. */
export const optionalEventTypes: readonly EventType[] = [...offerEventTypes, 'offer.compliance_changed'];

/** `order.*` and the like, for all types that begin with the same word. */
const groups = [...new Set(eventTypeNames.map((type) => `${type.split('.')[0]}.*`))];

/** What selects types of events: a type, a group such as `order.*`, or `*` for all. */
export const eventPatterns: readonly string[] = [...eventTypeNames, ...groups, '*'];

export const isEventPattern = (text: unknown): text is string => eventPatterns.includes(text as string);

/** Returns the types that at least one of the patterns selects. */
export const typesMatching = (patterns: readonly string[]): EventType[] =>
  eventTypeNames.filter((type) =>
    [type, `${type.split('.')[0]}.*`, '*'].some((pattern) => patterns.includes(pattern)),
  );
