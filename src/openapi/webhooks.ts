import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { eventTypeNames, eventTypes, type EventType } from '../events/event-types.js';
import { exampleOf } from './examples.js';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

export const eventDataModels = Object.values(eventTypes).map(({ data }) => data);

const recipients = {
  provider: 'Sent to the provider.',
  reseller: 'Sent to the reseller.',
  team: 'Sent to the team.',
  'offer audience': 'Sent to the resellers that see the offer and subscribe to the type.',
};

/** `order.status_changed` -> `OrderStatusChanged` */
const pascalCase = (type: EventType) =>
  type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());

const schemaName = (type: EventType) => `${pascalCase(type)}Event`;

/**
 * Adds a schema and a webhook for each type of events. The schema of an event in general becomes the union of them.
 */
export function addWebhooks(document: Json): void {
  const schemas = (document.components as { schemas: Schemas }).schemas;
  const general = schemas.Event?.properties as Record<string, Json>;
  for (const type of eventTypeNames) schemas[schemaName(type)] = eventSchema(type, general);
  const names = eventTypeNames.map(schemaName);
  schemas.Event = {
    description: 'An event, exactly as webhook endpoints receive it.',
    oneOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })),
  };
  document.webhooks = Object.fromEntries(
    eventTypeNames.map((type) => [type, { post: operationOf(type, schemas) }]),
  );
}

function eventSchema(type: EventType, { id, timestamp }: Record<string, Json>): Json {
  return {
    type: 'object',
    description: eventTypes[type].description,
    properties: {
      id,
      event: { const: type, type: 'string', description: 'Type of the event.', example: type },
      timestamp,
      data: { $ref: getSchemaPath(eventTypes[type].data) },
    },
    required: ['id', 'event', 'timestamp', 'data'],
  };
}

function operationOf(type: EventType, schemas: Schemas): Json {
  const { description, recipient, subject } = eventTypes[type];
  const schema = { $ref: `#/components/schemas/${schemaName(type)}` };
  return {
    operationId: `on${pascalCase(type)}`,
    tags: ['Events'],
    summary: type,
    description: `${description}\n\n${recipients[recipient]} Events about the same ${subject} are sent in their order.`,
    security: [],
    parameters: headers,
    requestBody: {
      required: true,
      description: 'The event. Verify the signature over these bytes before you parse them.',
      content: { 'application/json': { schema, example: exampleOf(schema, schemas) } },
    },
    responses: {
      '2XX': { description: 'The event was received. The body is ignored.' },
      '410': { description: 'The receiver is gone for good. The service disables the endpoint.' },
      default: { description: 'The event is sent again later.' },
    },
  };
}

const header = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

/** The headers by which a receiver verifies the request (https://www.standardwebhooks.com). */
const headers = [
  header(
    'webhook-id',
    'ID of the event, the same each time that it is sent.',
    'evt_0190c3de7a10700080000000000001a0',
  ),
  header('webhook-timestamp', 'Time of the attempt in Unix seconds.', '1770631200'),
  header(
    'webhook-signature',
    'One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
  header('x-offergrid-timestamp', 'The same as `webhook-timestamp`.', '1770631200'),
  header(
    'x-offergrid-signature',
    'Hexadecimal HMAC-SHA256 of `<x-offergrid-timestamp>.<body>`.',
    '4f1d3ab5a6f5c2a5b0c1e6e3b6a2d1f0c9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4',
  ),
];
