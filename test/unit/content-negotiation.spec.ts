import { acceptsJson } from '../../src/http/content-negotiation.js';
import { requestIdOf } from '../../src/http/request-id.js';
import { RouteTable } from '../../src/http/routes/route-table.js';

it.each([
  [undefined, true],
  ['', true],
  ['*/*', true],
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['application/problem+json', true],
  ['APPLICATION/JSON', true],
  ['application/*;q=0.5', true],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html', false],
  ['application/json;q=0', false],
  ['application/json; q=0.000, text/html', false],
  ['application/jsonp', false],
  ['x-application/json', false],
])('Accept: %p accepts JSON: %p', (header, accepts) => {
  expect(acceptsJson(header)).toBe(accepts);
});

describe('RouteTable', () => {
  const routes = new RouteTable();
  routes.add(['GET', 'HEAD'], '/offers');
  routes.add('POST', '/offers');
  routes.add('GET', '/offers/:id');
  routes.add('PATCH', '/offers/:id/status');
  routes.add('GET', '/docs/*');
  routes.add('GET', '/openapi.json');

  it.each([
    ['/offers', ['GET', 'HEAD', 'POST']],
    ['/offers/1', ['GET']],
    ['/offers/1/status', ['PATCH']],
    ['/docs/a/b.css', ['GET']],
    ['/openapi.json', ['GET']],
    ['/openapixjson', []],
    ['/offers/', []],
    ['/offers/1/', []],
    ['/offers/1/2', []],
    ['/', []],
    ['/nowhere', []],
  ])('%s allows the methods %j', (path, methods) => {
    expect(routes.methodsOf(path)).toEqual(methods);
  });
});

describe('requestIdOf', () => {
  const idOf = (given?: string) => requestIdOf({ headers: { 'x-request-id': given } });

  it.each(['a', 'A-1_b.c:d', 'x'.repeat(128)])('keeps the valid ID %.20p', (id) => {
    expect(idOf(id)).toBe(id);
  });

  it.each([undefined, '', ' a', 'a\n', 'a"b', 'ü', 'x'.repeat(129)])(
    'generates an ID in place of %.20p',
    (id) => {
      expect(idOf(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    },
  );
});
