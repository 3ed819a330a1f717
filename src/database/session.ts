import type { ClientBase } from 'pg';

/**
 * Settings for every connection of the service. By default, Postgres assumes that a random page read costs
 * four times as much as a sequential one, as on a spinning disk; in memory and on an SSD, both cost about the
 * same. With the default, it sorts an entire category instead of using the index, and scans all teams to find
 * the team of a new offer.
 */
export const sessionSettings = 'SET random_page_cost = 1.1';

/** Settings for migrations, which take as long as they take, whatever the defaults of the database are. */
export const unlimitedSession =
  'SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0';

/**
 * Applies the settings to a connection. Call this before any other query on it. They are statements instead of
 * parameters of the connection, which poolers refuse.
 * @param statementTimeoutMs how long a statement can run, including waits for locks; a transaction can be idle for
 * twice as long
 */
export async function openSession(client: ClientBase, statementTimeoutMs: number): Promise<void> {
  await client.query(
    `${sessionSettings};
     SET statement_timeout = ${statementTimeoutMs};
     SET idle_in_transaction_session_timeout = ${statementTimeoutMs * 2}`,
  );
}
