import '../../database/navigator.js';
import cluster from 'node:cluster';
import type { Channel } from '../../common/channel.js';
import { Interrupted } from '../../common/interruption.js';
import { openLog } from '../../common/log.js';
import { drain } from '../drain.js';
import { describeStartupError } from '../startup-error.js';
import { listen } from '../serve.js';
import { stopOnSignal } from '../shutdown.js';
import { ipcChannel } from './ipc-channel.js';
import {
  workerFailed,
  workerOnline,
  startWorker,
  workerStarted,
  stopWorker,
  type WorkerSettings,
} from './worker-settings.js';

/**
 * Runs a worker (see WORKERS), which serves requests from the database that the primary has opened. It stops
 * if the primary requests it or if Ctrl-C is pressed in a terminal, because that signal also reaches the
 * workers. It exits if the primary has exited. Startup errors are sent to the primary, so that the operator
 * sees them only once.
 */
async function work(settings: WorkerSettings, channel: Channel): Promise<void> {
  const logger = openLog(settings.config.logLevel);
  const interrupt = new AbortController();
  const starting = listen(settings, logger, interrupt.signal, channel);
  const shutDown = stopOnSignal(async () => {
    interrupt.abort(new Interrupted('Stopped')); // does nothing once the worker has started
    const service = await starting.catch(() => undefined);
    if (service) await drain(service.app, settings.config, logger);
  }, logger);
  channel.listen(stopWorker, () => shutDown('Requested by the primary'));
  // Node then ends this process.
  cluster.worker?.once('disconnect', () => logger.fatal('The primary process has exited; exiting'));
  const { url, demo } = await starting;
  await channel.send(workerStarted, { url, demo });
}

const channel = ipcChannel(process);
channel.listen(startWorker, (settings) => {
  work(settings, channel).catch(async (cause: unknown) => {
    if (cause instanceof Interrupted) return; // the process is shutting down
    await channel.send(workerFailed, describeStartupError(cause));
    process.exit(1);
  });
});
void channel.send(workerOnline, null);
