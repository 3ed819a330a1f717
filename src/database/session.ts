import type { ClientBase } from 'pg';

/**
 * Settings for every connection of the service. By default, Postgres assumes that a random page read costs
 * four times as much as a sequential one, as on a spinning disk; in memory and on an SSD, both cost about the
 * same. With the default, it sorts an entire category instead of using the index, and scans all teams to find
 * the team of a new offer.
 */
export const sessionSettings = 'SET random_page_cost = 1.1';

/** Applies the settings to a connection. Call this before any other query on it. */
export async function openSession(client: ClientBase): Promise<void> {
  await client.query(sessionSettings);
}
