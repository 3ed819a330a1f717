import type { Topic } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import type { DemoKeys } from '../../demo/demo.js';

/** Settings with which a process that serves requests is started. */
export interface WorkerSettings {
  config: Config;
  databaseUrl: string;
  /** Whether this process creates the demo data if the configuration enables it. */
  createsDemo: boolean;
}

/** A service that is listening. */
export interface StartedService {
  url: string;
  demo?: DemoKeys;
}

/** Sent by a worker once it can receive messages. */
export const workerOnline: Topic<null> = { name: 'online' };
/** Sent to a worker as its first message. */
export const startWorker: Topic<WorkerSettings> = { name: 'start' };
/** Asks a worker to finish the requests in flight and exit. */
export const stopWorker: Topic<null> = { name: 'stop' };
/** Sent by a worker once it is listening. */
export const workerStarted: Topic<StartedService> = { name: 'started' };
/** Sent by a worker that could not start, with the reason for the operator. */
export const workerFailed: Topic<string> = { name: 'failed' };
