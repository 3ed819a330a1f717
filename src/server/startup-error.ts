import { ConfigError } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from '../database/database-error.js';
import { startupAdvice } from '../database/startup-advice.js';
import { WorkerError } from './cluster/worker-error.js';

const listenAdvice: Record<string, string> = {
  EADDRINUSE: 'another program is using this port; set PORT to a free port',
  EACCES: 'this account is not allowed to use this port; set PORT to 1024 or higher',
  EADDRNOTAVAIL: 'the address does not belong to this machine; set HOST to an address of this machine',
  ENOTFOUND: 'the host name is unknown; set HOST to an address of this machine',
};

/**
 * Describes why the service could not start.
 * Errors that the operator can correct have no stack trace; others do.
 */
export function describeStartupError(cause: unknown): string {
  if (cause instanceof ConfigError || cause instanceof DatabaseError || cause instanceof WorkerError)
    return cause.message;
  const advice = isListenError(cause) ? listenAdvice[errorCode(cause) ?? ''] : undefined;
  if (advice) return `${errorText(cause)}: ${advice}`;
  const databaseAdvice = startupAdvice(cause);
  if (databaseAdvice) return `Could not use the database: ${errorText(cause)}. ${databaseAdvice}`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** Returns whether the error was thrown by `listen`, which looks up host names first and then listens. */
function isListenError(cause: unknown): boolean {
  return /^(listen|getaddrinfo) /.test(errorText(cause));
}
