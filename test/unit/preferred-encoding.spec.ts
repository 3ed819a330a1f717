import { preferredEncoding } from '../../src/http/content/preferred-encoding.js';

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['br;q=0, gzip;q=0.1', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['gzip;q=0.1, identity;q=0.5', 'identity'],
  ['identity', 'identity'],
  ['deflate', 'identity'],
  ['GZIP ; Q=0.5', 'gzip'],
])('for %s, %s is preferred', (header, encoding) => {
  expect(preferredEncoding(header)).toBe(encoding);
});
