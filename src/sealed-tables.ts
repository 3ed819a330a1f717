import type { SealedTable } from './encryption/sealed-table.js';
import { sealedEventsTable } from './events/sealed-events-table.js';
import { storedResponsesTable } from './idempotency/stored-responses.js';
import { sealedOrderTables } from './orders/personal-data/sealed-order-tables.js';
import { sealedAttemptsTable } from './webhooks/deliveries/attempt-excerpts.js';
import { sealedEndpointsTable } from './webhooks/endpoints/endpoint-secrets.js';

/** All columns with encrypted values; each feature adds its own. */
export const sealedTables: readonly SealedTable[] = [
  storedResponsesTable,
  ...sealedOrderTables,
  sealedEventsTable,
  sealedEndpointsTable,
  sealedAttemptsTable,
];
