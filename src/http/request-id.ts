import type { IncomingMessage } from 'node:http';
import { newId } from '../common/new-id.js';

const validId = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Returns the client's `X-Request-Id` if it has 1 to 128 characters from `A-Za-z0-9._:-`,
 * otherwise a UUID v7.
 */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && validId.test(given) ? given : newId();
}
