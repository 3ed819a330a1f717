import type { IncomingMessage } from 'node:http';
import { newId } from '../common/new-id.js';

const validId = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's `X-Request-Id` if it is 1 to 128 characters of `A-Za-z0-9._:-`, otherwise a new UUID v7. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && validId.test(given) ? given : newId();
}
