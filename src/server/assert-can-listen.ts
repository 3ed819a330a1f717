import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Checks that the port is free, so that no database is created or migrated if it is in use.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function assertCanListen(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
