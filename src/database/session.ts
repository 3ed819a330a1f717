import type { QueryResult } from 'pg';
import { ownSessionId } from '../sql/pool/probe.js';
import type { WireClient } from '../sql/wire/wire-client.js';

/**
 * Settings for every connection of the service. By default, Postgres assumes that a random page read costs
 * four times as much as a sequential one, as on a spinning disk; in memory and on an SSD, both cost about the
 * same. With the default, it sorts an entire category instead of using the index, and scans all teams to find
 * the team of a new offer.
 */
export const sessionSettings = 'SET random_page_cost = 1.1';

/**
 * Settings that change what statements mean or return. Operators can set other defaults for a database or a role,
 * so every session sets them to the values that the code expects, which are those of a new cluster.
 */
const pinnedSettings = Object.entries({
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
})
  .map(([name, value]) => `SET ${name} = '${value}'`)
  .join('; ');

/** Settings for migrations, which take as long as they take, whatever the defaults of the database are. */
export const unlimitedSession = `${pinnedSettings};
  SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0`;

/** Applies those settings to a connection. */
export const openUnlimitedSession = (client: WireClient): Promise<void> =>
  configure(client, unlimitedSession);

/** How long a request waits for a lock, in milliseconds, if the limit of its statement is not lower. */
const maxLockWaitMs = 4_000;

/**
 * Applies the settings to a connection. Call this before any other query on it. They are statements instead of
 * parameters of the connection, which poolers refuse.
 * @param statementTimeoutMs how long a statement can run, including waits for locks; a transaction can be idle for
 * twice as long
 */
export function openSession(client: WireClient, statementTimeoutMs: number): Promise<void> {
  return configure(
    client,
    `${pinnedSettings};
     ${sessionSettings};
     SET statement_timeout = ${statementTimeoutMs};
     SET lock_timeout = ${Math.min(statementTimeoutMs, maxLockWaitMs)};
     SET idle_in_transaction_session_timeout = ${statementTimeoutMs * 2}`,
  );
}

async function configure(client: WireClient, settings: string): Promise<void> {
  const results: unknown = await client.query(`${settings}; ${ownSessionId}`);
  client.sessionId = (results as QueryResult<{ id: string }>[]).at(-1)?.rows[0]?.id;
}
