import type { ErrorDialect } from './dialect.js';
import { jsonApiDialect } from './json-api-errors.js';
import { problemDialect } from './problem.js';

/** The parts of the API that do not answer errors as RFC 9457 problems. */
const dialects: readonly [prefix: string, dialect: ErrorDialect][] = [['/subscriptions', jsonApiDialect]];

/** How errors are worded below the path, whether a route stands there or not. */
export function dialectOf(url: string): ErrorDialect {
  const path = url.split('?')[0] ?? '';
  const found = dialects.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  return found?.[1] ?? problemDialect;
}
