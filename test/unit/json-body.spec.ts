import { parseJsonBody } from '../../src/http/json-body.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const fieldsIn = (text: string): string[] => {
  try {
    parse(text);
  } catch (cause) {
    return (cause as { errors: { field: string }[] }).errors.map(({ field }) => field);
  }
  return [];
};

it('returns undefined for an empty body', () => {
  expect(parse('')).toBeUndefined();
});

it.each([
  'null',
  '0',
  '"text"',
  '[]',
  '{"a":[1,{"b":null}]}',
  String.raw`"\ud83d\ude80"`,
  '9007199254740991',
  '-1e-400',
])('parses %s', (text) => {
  expect(parse(text)).toEqual(JSON.parse(text));
});

it.each(['{', 'nul', '{"a":1,}', '\u0000', '"\t"', '\uFEFF\uFEFF1'])('rejects %j', (text) => {
  expect(() => parse(text)).toThrow(/^The body is not valid JSON/);
});

it('rejects bytes that are not UTF-8', () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
  ])
    expect(() => parseJsonBody(Buffer.from(bytes))).toThrow('The body is not valid UTF-8');
});

it.each([
  ['[9007199254740992]', '[0]'],
  ['{"a":-1e300}', 'a'],
  [String.raw`{"a":{"b":"\u0000"}}`, 'a.b'],
  [String.raw`["ok","\udc00"]`, '[1]'],
  [String.raw`{"\ud800":1}`, '\ud800'],
])('reports the field of a value that cannot be stored: %s', (text, field) => {
  expect(fieldsIn(text)).toEqual([field]);
});

it('limits the nesting to 20 levels', () => {
  expect(fieldsIn(`${'['.repeat(20)}${']'.repeat(20)}`)).toEqual([]);
  expect(fieldsIn(`${'['.repeat(21)}${']'.repeat(21)}`)).toEqual(['[0]'.repeat(20)]);
});

it('reports at most 50 errors', () => {
  expect(fieldsIn(`[${'1e99,'.repeat(500)}1]`)).toHaveLength(50);
});

it('treats __proto__ as an ordinary member', () => {
  const value = parse('{"__proto__":{"polluted":true}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(value).not.toHaveProperty('polluted');
});
