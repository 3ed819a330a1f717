import type { ClientBase } from 'pg';

/**
 * What every connection of the service is told first. Postgres believes that a page out of order costs four times the
 * next one, as on a disk that turns; in memory and on an SSD they cost about the same. Otherwise it reads and sorts a
 * whole category where the index has it in order, and reads all teams to find the one of a new offer.
 */
export const sessionSettings = 'SET random_page_cost = 1.1';

/** To be called before anything else runs on a connection. */
export async function openSession(client: ClientBase): Promise<void> {
  await client.query(sessionSettings);
}
