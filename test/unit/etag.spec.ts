import { versionETag, matchesETag, requireIfMatch } from '../../src/http/etag.js';

it('contains the versions', () => {
  expect([versionETag(3), versionETag(3, 12)]).toEqual(['"v3"', '"v3.12"']);
});

it.each([
  [undefined, false, true],
  ['*', true, true],
  [' * ', true, true],
  ['"v3"', true, true],
  ['W/"v3"', true, false],
  ['"v2", "v3"', true, true],
  ['"v2",W/"v3"', true, false],
  ['"v2"', false, false],
  ['v3', false, false],
  ['"v30"', false, false],
  ['', false, false],
])('%p against "v3": If-None-Match %p, If-Match %p', (header, notModified, matches) => {
  expect(matchesETag(header, '"v3"')).toBe(notModified);
  const check = () => requireIfMatch(header, '"v3"');
  if (matches) expect(check).not.toThrow();
  else expect(check).toThrow('The resource has changed');
});
