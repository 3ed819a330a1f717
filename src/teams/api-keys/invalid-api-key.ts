import { DomainError } from '../../common/errors.js';

/** Returns the error for a request without a valid key. */
export const invalidApiKey = (message: string) =>
  new DomainError('UNAUTHORIZED', message, {}, { 'www-authenticate': 'Bearer realm="offerdock"' });
