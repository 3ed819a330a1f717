import { ConfigError } from '../config/config.js';
import { DatabaseError, errorCode, errorText } from '../database/database-error.js';
import { WorkerError } from './cluster/worker-error.js';

/** Why the service could not start: what the operator can mend is said in words, anything else keeps its stack. */
export function explain(cause: unknown): string {
  if (cause instanceof ConfigError || cause instanceof DatabaseError || cause instanceof WorkerError)
    return cause.message;
  if (errorCode(cause) === 'EADDRINUSE')
    return `${errorText(cause)}: another program listens there; set PORT to a free one`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
