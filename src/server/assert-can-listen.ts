import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Reports a port that is in use before a database is created or migrated.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function assertCanListen(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
