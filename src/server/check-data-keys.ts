import type { Config } from '../config/config.js';
import type { DataKey } from '../config/data-keys.js';
import { withOfflineSql } from '../database/offline-sql.js';
import { registerDataKeys } from '../encryption/registered-keys.js';
import { sealedTables } from '../sealed-tables.js';

/**
 * Checks at startup that the data keys can decrypt everything in the migrated database.
 * @throws ConfigError if one is missing or has been replaced
 */
export const checkDataKeys = (
  databaseUrl: string,
  dataKeys: readonly DataKey[],
  pooler: Config['databasePooler'] = 'none',
): Promise<void> =>
  withOfflineSql(databaseUrl, pooler, (sql) => registerDataKeys(sql, dataKeys, sealedTables));
