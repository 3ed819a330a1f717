import { addressETag, allETags, matchesETag, requireIfMatch, versionETag } from '../../src/http/etag.js';

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

it('contains the ID under another address than the ID', () => {
  const id = '0190c3de-0000-7000-8000-00000000000a';
  expect([addressETag(id.toUpperCase(), id, 3), addressETag('sku:A', id, 3, 1)]).toEqual([
    '"v3"',
    `"v3.1-${id}"`,
  ]);
  expect(allETags(id, 3)).toEqual([addressETag(id, id, 3), addressETag('sku:A', id, 3)]);
});
