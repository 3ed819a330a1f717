import type { QueryResult } from 'pg';
import type { Config } from '../config/config.js';
import { ownSessionId } from '../sql/pool/probe.js';
import type { WireClient } from '../sql/wire/wire-client.js';

type Settings = Record<string, string | number>;
type Pooler = Config['databasePooler'];

/**
 * Settings for every connection of the service. By default, Postgres assumes that a random page read costs
 * four times as much as a sequential one, as on a spinning disk; in memory and on an SSD, both cost about the
 * same. With the default, it sorts an entire category instead of using the index, and scans all teams to find
 * the team of a new offer.
 */
const costSettings: Settings = { random_page_cost: '1.1' };

/**
 * Settings that change what statements mean or return. Operators can set other defaults for a database or a role,
 * so every session sets them to the values that the code expects, which are those of a new cluster.
 */
const pinnedSettings: Settings = {
  client_encoding: 'UTF8',
  // Values are read as text and parsed, here and in node-postgres.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // Strings and arrays in statements.
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Concurrent changes wait for each other and then see the other's result, instead of failing.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Searches find everything.
  gin_fuzzy_search_limit: '0',
  // An error in a statement does not end the connection.
  exit_on_error: 'off',
};

/** For migrations and commands, which take as long as they take, whatever the defaults of the database are. */
const unlimitedSettings: Settings = {
  ...pinnedSettings,
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
};

/** How long a request waits for a lock, in milliseconds, if the limit of its statement is not lower. */
const maxLockWaitMs = 4_000;

/** The options with which the pool applies settings to its connections. */
export interface SessionOptions {
  /** Applies them to a new connection. */
  onConnect?: (client: WireClient) => Promise<void>;
  /** A statement that applies them to a transaction (see TransactionSettings). */
  transactionSettings?: string;
}

/**
 * Returns the options for the connections of the service.
 * @param statementTimeoutMs how long a statement can run, including waits for locks; a transaction can be idle for
 * twice as long
 */
export const limitedSessions = (statementTimeoutMs: number, pooler: Pooler): SessionOptions =>
  optionsFor(pooler, {
    ...pinnedSettings,
    ...costSettings,
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(statementTimeoutMs, maxLockWaitMs),
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
  });

/** Returns the options for connections whose statements have no time limit. */
export const unlimitedSessions = (pooler: Pooler): SessionOptions => optionsFor(pooler, unlimitedSettings);

/** Returns the statements that apply the settings to a session. */
const setAll = (settings: Settings) =>
  Object.entries(settings)
    .map(([name, value]) => `SET ${name} = '${value}'`)
    .join('; ');

/** Applies the settings of `unlimitedSessions` to a session. */
export const unlimitedSession = setAll(unlimitedSettings);

/** The setting for the cost of reading a page, for databases whose clients do not set it. */
export const sessionSettings = setAll(costSettings);

/**
 * Settings are sent as statements, because poolers reject connection parameters. Behind a pooler in transaction mode, a
 * client's next transaction can run in another session, so the settings are applied in each transaction.
 */
function optionsFor(pooler: Pooler, settings: Settings): SessionOptions {
  if (pooler === 'none') return { onConnect: (client) => configure(client, setAll(settings)) };
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', '${value}', true) IS NULL`,
  );
  // Returns no row.
  return { transactionSettings: `SELECT WHERE ${calls.join(' OR ')}` };
}

async function configure(client: WireClient, settings: string): Promise<void> {
  const results: unknown = await client.query(`${settings}; ${ownSessionId}`);
  client.sessionId = (results as QueryResult<{ id: string }>[]).at(-1)?.rows[0]?.id;
}
