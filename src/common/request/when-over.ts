import type { IncomingMessage, ServerResponse } from 'node:http';
import { whenClientLeaves } from './request-scope.js';

/**
 * Calls `listener` once, when the response is complete or the client has left. The response alone does not tell: one
 * that is pipelined behind another has no connection yet, and reports nothing if the client leaves.
 */
export function whenOver(request: IncomingMessage, response: ServerResponse, listener: () => void): void {
  const end = () => {
    stopWatching();
    response.off('close', end);
    listener();
  };
  const stopWatching = whenClientLeaves(request, end);
  response.once('close', end);
}
