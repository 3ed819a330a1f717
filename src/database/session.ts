import type { ClientBase } from 'pg';

/**
 * Settings of every connection of the service. By default Postgres assumes that a random page read costs four times as
 * much as a sequential one, as on a spinning disk; in memory and on an SSD they cost about the same. With the default
 * it sorts a whole category instead of using the index, and scans all teams to find the one of a new offer.
 */
export const sessionSettings = 'SET random_page_cost = 1.1';

/** Call it before any other query on a connection. */
export async function openSession(client: ClientBase): Promise<void> {
  await client.query(sessionSettings);
}
