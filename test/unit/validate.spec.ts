import { MoneyField } from '../../src/money/money-fields.js';
import {
  EnumField,
  BooleanField,
  DateTimeField,
  NumberField,
  TextField,
  TextListField,
  UrlField,
} from '../../src/validation/fields.js';
import { validate, ServerManaged } from '../../src/validation/validate.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../src/validation/object-fields.js';

const each = { description: 'A field.', optional: true };

class Part {
  @TextField({ description: 'Name.', min: 1, max: 5 })
  name: string;
}

@ServerManaged('id')
class Thing {
  @TextField({ ...each, min: 1, max: 5, pattern: /^[a-z ]+$/, hint: 'must be small letters' })
  text?: string;
  @TextField({ ...each, max: 5, nullable: true })
  note?: string | null;
  @EnumField(['a', 'b'], each)
  choice?: string;
  @NumberField({ ...each, min: 1, max: 9, integer: true })
  whole?: number;
  @NumberField({ ...each, above: 0 })
  positive?: number;
  @BooleanField(each)
  flag?: boolean;
  @MoneyField(each)
  money?: number;
  @DateTimeField(each)
  moment?: string;
  @UrlField(each)
  url?: string;
  @TextListField({ ...each, maxItems: 2, maxLength: 3 })
  list?: string[];
  @FreeObjectField({ ...each, maxBytes: 20 })
  free?: object;
  @ObjectField(() => Part, each)
  part?: Part;
  @ObjectListField(() => Part, { ...each, minItems: 1, maxItems: 2 })
  parts?: Part[];
}

class Required {
  @TextField({ description: 'Name.', max: 5 })
  name: string;
}

const errorsOf = (raw: unknown, options = {}) => validate(Thing, raw, options).errors;

it.each([
  ['text', ['abc', 'a b', 'zz'], ['', ' ', 'ABC', 'abcdef', 1, null, ['a'], {}]],
  ['note', ['', 'x', null, '🚀🚀🚀🚀🚀'], ['xxxxxx', 0, false, 'a\0b']],
  ['choice', ['a', 'b'], ['A', '', 'c', 0, null]],
  ['whole', [1, 9, 5.0], [0, 10, 1.5, '5', NaN, null, true]],
  ['positive', [0.001, 5e-324, Number.MAX_SAFE_INTEGER], [0, -1, 2 ** 53, Infinity]],
  ['flag', [true, false], ['true', 0, 1, null]],
  ['money', [0, -0, 59.99, 1.2345, 99_999_999_999.99], [-0.01, 100_000_000_000, 1.23456, 1e-7, '5']],
  [
    'moment',
    ['2026-01-31T09:30:00Z', '2026-01-31t09:30:00.123z', '2024-02-29T23:59:59+02:00'],
    [
      '2026-01-31',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T09:30:00',
      'now',
      0,
      '9999-12-31T23:59:59-01:00',
      '0000-01-01T00:00:00+01:00',
      '0000-06-01T00:00:00Z',
      '0001-01-01T00:00:00+14:00',
    ],
  ],
  [
    'url',
    ['http://a.example', 'HTTPS://a.example/ü?x=1#y'],
    [
      'a.example',
      'ftp://a.example',
      'http://',
      'https://u:p@a.example',
      'http://a b',
      'javascript:alert(1)',
      `http://a.example/${'x'.repeat(2048)}`,
    ],
  ],
  ['list', [[], ['a', 'abc']], ['a', ['a', 'b', 'c'], {}, null]],
  ['free', [{}, { a: { b: null } }], [[], 'x', 1, null, { long: 'x'.repeat(20) }]],
  ['part', [{ name: 'a' }], [[], 'a', null]],
  ['parts', [[{ name: 'a' }, { name: 'b' }]], [{}, [], null, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]]],
])('%s', (name, good, bad) => {
  for (const value of good) expect([value, errorsOf({ [name]: value })]).toEqual([value, []]);
  for (const value of bad)
    expect([value, errorsOf({ [name]: value }).map(({ field }) => field)]).toEqual([value, [name]]);
});

it.each([
  [{ list: ['a', 1] }, 'list[1]', '/list/1'],
  [{ part: {} }, 'part.name', '/part/name'],
  [{ part: { name: 'a', nmae: 'b' } }, 'part.nmae', '/part/nmae'],
  [{ parts: [{ name: 'a' }, { name: 7 }] }, 'parts[1].name', '/parts/1/name'],
  [{ parts: [null] }, 'parts[0]', '/parts/0'],
])('reports the field and pointer in %j', (raw, field, pointer) => {
  expect(errorsOf(raw)).toMatchObject([{ field, pointer }]);
});

it('reports missing fields', () => {
  expect(validate(Required, {}).errors).toMatchObject([
    { field: 'name', code: 'required', message: 'name is required' },
  ]);
  expect(validate(Required, { name: undefined }).errors).toMatchObject([{ code: 'required' }]);
});

it('suggests the closest member, ignores server-set members, and keeps unknown members of an open DTO', () => {
  expect(errorsOf({ txet: 'a' })[0]?.message).toBe('txet is not a known field; did you mean text?');
  expect(errorsOf({ unheardOf: 'a' })[0]?.message).toBe('unheardOf is not a known field');
  expect(validate(Thing, { id: 7, text: 'a' })).toEqual({ value: { text: 'a' }, errors: [] });
  expect(validate(Thing, { odd: 1, part: { name: 'a', odd: 2 } }, { allowUnknown: true })).toEqual({
    value: { odd: 1, part: { name: 'a', odd: 2 } },
    errors: [],
  });
});

it('reports at most fifty unknown members', () => {
  expect(
    errorsOf(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`unknown${n}`, n]))),
  ).toHaveLength(50);
});

it('parses numbers and booleans in the text of a query', () => {
  const { value, errors } = validate(Thing, { whole: '7', flag: 'true', text: '12' }, { fromQuery: true });
  expect(value).toEqual({ whole: 7, flag: true, text: '12' });
  expect(errors.map(({ field }) => field)).toEqual(['text']);
  for (const whole of ['', '7.5', '0x7', '1e0', ' 7', '+7', ['7', '8']])
    expect([whole, errorsOf({ whole }, { fromQuery: true }).length]).toEqual([whole, 1]);
  expect(errorsOf({ flag: '1' }, { fromQuery: true })).toHaveLength(1);
});

it.each([null, undefined, [], 'text', 7])('rejects %j, which is not an object', (raw) => {
  expect(errorsOf(raw)).toEqual([
    { field: '', pointer: '', code: 'type', message: 'The body must be a JSON object' },
  ]);
});
