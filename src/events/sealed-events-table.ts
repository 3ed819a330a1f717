import type { SealedTable } from '../encryption/sealed-table.js';

/** The payloads of events that can contain personal data. An event without its payload is of no use. */
export const sealedEventsTable = {
  table: 'events',
  idColumn: 'id',
  sealedColumn: 'sealed',
  keyIdColumn: 'data_key_id',
  whenKeyIsLost: 'delete',
} as const satisfies SealedTable;
