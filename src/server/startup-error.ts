import { ConfigError } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from '../database/database-error.js';
import { WorkerError } from './cluster/worker-error.js';

const listenAdvice: Record<string, string> = {
  EADDRINUSE: 'another program listens there; set PORT to a free one',
  EACCES: 'this account may not listen there; set PORT to 1024 or higher',
  EADDRNOTAVAIL: 'not an address of this machine; set HOST to one',
  ENOTFOUND: 'unknown host name; set HOST to an address of this machine',
};

/** Why the service could not start. An error that the operator can correct has no stack trace, any other has. */
export function describeStartupError(cause: unknown): string {
  if (cause instanceof ConfigError || cause instanceof DatabaseError || cause instanceof WorkerError)
    return cause.message;
  const advice = isListenError(cause) ? listenAdvice[errorCode(cause) ?? ''] : undefined;
  if (advice) return `${errorText(cause)}: ${advice}`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** `listen` looks up a host name first, and then listens. */
function isListenError(cause: unknown): boolean {
  return /^(listen|getaddrinfo) /.test(errorText(cause));
}
