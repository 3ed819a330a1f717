import cluster from 'node:cluster';
import type { Channel } from '../../common/channel.js';
import { openLog } from '../../common/log.js';
import { drain } from '../drain.js';
import { explain } from '../startup-error.js';
import { listen } from '../serve.js';
import { stopOnSignal } from '../shutdown.js';
import { ipcChannel } from './ipc-channel.js';
import {
  workerFailed,
  workerListening,
  startWorker,
  workerStarted,
  stopWorker,
  type WorkerSettings,
} from './worker-settings.js';

/**
 * The program of a worker (see WORKERS): answers requests over the database that the primary has opened. It ends
 * when the primary says so, and when the primary is gone. Ctrl-C in a terminal reaches it as well: it drains either
 * way. What cannot be done is told to the primary, so that the operator reads it once.
 */
async function work(orders: WorkerSettings, channel: Channel): Promise<void> {
  const logger = openLog(orders.config.logLevel);
  const starting = listen(orders, logger, channel);
  const end = stopOnSignal(async () => drain((await starting).app, orders.config, logger), logger);
  channel.listen(stopWorker, () => end('Told by the primary'));
  cluster.worker?.once('disconnect', () => logger.fatal('The primary is gone; ending')); // Node then exits
  const { url, demo } = await starting;
  await channel.send(workerStarted, { url, demo });
}

const channel = ipcChannel(process);
channel.listen(startWorker, (orders) => {
  work(orders, channel).catch(async (cause: unknown) => {
    await channel.send(workerFailed, explain(cause));
    process.exit(1);
  });
});
void channel.send(workerListening, null);
