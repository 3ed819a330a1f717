import type { Topic } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import type { DemoKeys } from '../../demo/demo.js';

/** What a worker needs to start. */
export interface WorkerSettings {
  config: Config;
  databaseUrl: string;
  /** Whether to make the demo first, if the configuration wants one. */
  seeds: boolean;
}

/** A service that answers. */
export interface StartedService {
  url: string;
  demo?: DemoKeys;
}

/** From a worker: it hears what is said from now on. */
export const workerListening: Topic<null> = { name: 'here' };
/** To a worker: its first message. */
export const startWorker: Topic<WorkerSettings> = { name: 'start' };
/** To a worker: answer what runs, and end. */
export const stopWorker: Topic<null> = { name: 'stop' };
/** From a worker: it listens. */
export const workerStarted: Topic<StartedService> = { name: 'started' };
/** From a worker: why it could not start, for the operator. */
export const workerFailed: Topic<string> = { name: 'failed' };
