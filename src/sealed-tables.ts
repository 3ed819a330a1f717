import type { SealedTable } from './encryption/sealed-table.js';

/** All columns with encrypted values; each feature adds its own. */
export const sealedTables: readonly SealedTable[] = [];
