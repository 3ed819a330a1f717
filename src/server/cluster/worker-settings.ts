import type { Topic } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import type { DemoKeys } from '../../demo/demo.js';

/** What a worker needs to start. */
export interface Orders {
  config: Config;
  databaseUrl: string;
  /** Whether to make the demo first, if the configuration wants one. */
  seeds: boolean;
}

/** A service that answers. */
export interface Started {
  url: string;
  demo?: DemoKeys;
}

/** From a worker: it hears what is said from now on. */
export const here: Topic<null> = { name: 'here' };
/** To a worker: its first message. */
export const start: Topic<Orders> = { name: 'start' };
/** To a worker: answer what runs, and end. */
export const stop: Topic<null> = { name: 'stop' };
/** From a worker: it listens. */
export const started: Topic<Started> = { name: 'started' };
/** From a worker: why it could not start, for the operator. */
export const failed: Topic<string> = { name: 'failed' };
