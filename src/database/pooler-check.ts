import type { Client } from 'pg';
import { DatabaseError } from './database-error.js';

const attempts = 3;

/**
 * Checks that each connection has a session of its own. A pooler makes up the process ID that it reports to its clients,
 * and one in transaction mode lets several of them use the same session of Postgres. If all of its sessions are busy,
 * this is not noticed here, but at the first prepared statement (see RawQuery).
 * @param client is connected
 * @param connect opens another connection, which this function closes
 * @throws DatabaseError if two connections have the same session
 */
export async function assertOwnSession(client: Client, connect: () => Promise<Client>): Promise<void> {
  const { processID } = client as Client & { processID: number };
  if (processID === (await backendOf(client))) return;
  const other = await connect();
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1)
      if ((await backendOf(client)) === (await backendOf(other)))
        throw new DatabaseError(
          'The URL leads to a connection pooler in transaction mode. Set DATABASE_POOLER=transaction, or use a pooler ' +
            'in session mode; docs/operations.md describes the difference.',
        );
  } finally {
    await other.end().catch(() => undefined);
  }
}

async function backendOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}
