import * as fc from 'fast-check';
import { parseFilter } from '../../src/subscriptions/json-api/filter.js';
import { testSeed } from '../support/seed.js';

const allowed = ['eq(external_ref)', 'in(external_product_refs)', 'eq(products.external_ref)'];
const parse = (text: string) => parseFilter(text, allowed);

describe('parseFilter', () => {
  it.each([
    ['eq(external_ref,x)', [['eq', 'external_ref', ['x']]]],
    ['eq(external_ref, x )', [['eq', 'external_ref', ['x']]]],
    ['eq(external_ref,urn:x:1 2)', [['eq', 'external_ref', ['urn:x:1 2']]]],
    ['eq(products.external_ref,ä🚲)', [['eq', 'products.external_ref', ['ä🚲']]]],
    ['in(external_product_refs,a)', [['in', 'external_product_refs', ['a']]]],
    ['in(external_product_refs,a, b,c)', [['in', 'external_product_refs', ['a', 'b', 'c']]]],
    ['in(external_product_refs,"a,b","(c)")', [['in', 'external_product_refs', ['a,b', '(c)']]]],
    ['eq(external_ref,"say \\"hi\\" \\\\ ")', [['eq', 'external_ref', ['say "hi" \\ ']]]],
    ['eq(external_ref,"")', [['eq', 'external_ref', ['']]]],
    [
      'eq(external_ref,a):in(external_product_refs,b,c)',
      [
        ['eq', 'external_ref', ['a']],
        ['in', 'external_product_refs', ['b', 'c']],
      ],
    ],
  ])('parses %s', (text, clauses) => {
    expect(parse(text).map(({ operator, attribute, values }) => [operator, attribute, values])).toEqual(
      clauses,
    );
  });

  it.each([
    '',
    ' ',
    'eq',
    'eq(',
    'eq()',
    'eq(external_ref)',
    'eq(external_ref,',
    'eq(external_ref,)',
    'eq(external_ref,x',
    'eq(external_ref,x))',
    'eq(external_ref,(x))',
    'eq(external_ref,x"y)',
    'eq(external_ref,"x)',
    'eq(external_ref,"x\\y")',
    'eq(external_ref,x,y)',
    'EQ(external_ref,x)',
    'eq(name,x)',
    'in(external_ref,x)',
    'eq(external_ref,x):',
    'eq(external_ref,x)::eq(external_ref,y)',
    'eq(external_ref,x);eq(external_ref,y)',
    'eq(external_ref,x) :eq(external_ref,y)',
    'eq(__proto__,x)',
    'eq(external_ref,\u0000)',
  ])('rejects %p', (text) => {
    expect(() => parse(text)).toThrow('Could not parse the supplied filter');
  });

  it('returns no clauses without a filter', () => {
    expect(parseFilter(undefined, allowed)).toEqual([]);
  });

  it('accepts up to 10 clauses and 8 KiB', () => {
    const clauses = (count: number) => Array.from({ length: count }, () => 'eq(external_ref,x)').join(':');
    expect(parse(clauses(10))).toHaveLength(10);
    expect(() => parse(clauses(11))).toThrow();
    const sized = (bytes: number) => `eq(external_ref,${'x'.repeat(bytes - 17)})`;
    expect(parse(sized(8192))).toHaveLength(1);
    expect(() => parse(sized(8193))).toThrow();
  });

  it('parses every quoted value', () => {
    const storable = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(storable, { minLength: 1, maxLength: 5 }), (values) => {
        const quoted = values.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
        expect(parse(`in(external_product_refs,${quoted.join(',')})`)[0]?.values).toEqual(values);
      }),
      { seed: testSeed },
    );
  });

  it('throws only INVALID_FILTER for any input', () => {
    const part = fc.constantFrom('eq(', 'external_ref', ',', '"', '\\', ')', ':', ' ', 'x', '(', 'in(');
    const anyText = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, (filter) => {
        try {
          parse(filter);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_FILTER' });
        }
      }),
      { seed: testSeed, numRuns: 3000 },
    );
  });

  // Backtracking over a text of this length would never end.
  it.each([' ', '\\', 'x ', '" ', ','])('rejects thousands of %j', (filler) => {
    expect(() => parse(`eq(external_ref,${filler.repeat(4000)}(`)).toThrow();
  });
});
