import type { Topic } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import type { DemoKeys } from '../../demo/demo.js';

/** What a process that serves requests needs to start. */
export interface WorkerSettings {
  config: Config;
  databaseUrl: string;
  /** Whether this process creates the demo data, if it is configured. */
  createsDemo: boolean;
}

/** A service that is listening. */
export interface StartedService {
  url: string;
  demo?: DemoKeys;
}

/** From a worker: it receives messages from now on. */
export const workerOnline: Topic<null> = { name: 'online' };
/** To a worker: its first message. */
export const startWorker: Topic<WorkerSettings> = { name: 'start' };
/** To a worker: finish the requests in flight and exit. */
export const stopWorker: Topic<null> = { name: 'stop' };
/** From a worker: it is listening. */
export const workerStarted: Topic<StartedService> = { name: 'started' };
/** From a worker: why it could not start, for the operator. */
export const workerFailed: Topic<string> = { name: 'failed' };
