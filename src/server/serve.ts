import { setFlagsFromString } from 'node:v8';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApp } from './create-app.js';
import type { Channel } from '../common/channel.js';
import type { OpenDatabase } from '../database/database.js';
import { seedDemo } from '../demo/demo.js';
import { drain } from './drain.js';
import { stopOnSignal } from './shutdown.js';
import type { WorkerSettings, StartedService } from './cluster/worker-settings.js';

/** Makes the application over a migrated database, with its demo, and listens. */
export async function listen(
  { config, databaseUrl, seeds }: WorkerSettings,
  logger: Logger,
  channel: Channel | null = null,
): Promise<StartedService & { app: NestFastifyApplication }> {
  // More than half of a heap that grows as V8 likes is garbage. To clear it when it has grown by two fifths costs a few
  // hundredths of a page. The same goes for the young generation, whose size is a flag of `npm start`: at 8 MB it holds
  // what the requests of a moment need, at 16 it takes 20 MB more for the same speed.
  setFlagsFromString('--heap-growing-percent=40');
  const app = await createApp(config, databaseUrl, logger, channel);
  const wanted = seeds && config.demo && config.adminApiKey;
  const demo = wanted ? await seedDemo(app, wanted) : undefined;
  await app.listen(config.port, config.host);
  return { app, url: await app.getUrl(), demo };
}

/** WORKERS=1: this process answers all requests itself. */
export async function serveAlone(
  orders: WorkerSettings,
  database: OpenDatabase,
  logger: Logger,
): Promise<StartedService> {
  const { app, ...started } = await listen(orders, logger);
  stopOnSignal(async () => {
    await drain(app, orders.config, logger);
    await database.stop();
  }, logger);
  return started;
}
