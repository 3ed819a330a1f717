import {
  allowedEdits,
  maxMatchesOf,
  correctableWords,
  necessaryCondition,
  parseSearch,
  normalizeWord,
  unquoteLexeme,
} from '../../src/catalog/search/search-terms.js';

const word = (text: string) => ({ text, phrase: false, negated: false });
const phrase = (text: string) => ({ text, phrase: true, negated: false });
const not = (term: { text: string; phrase: boolean }) => ({ ...term, negated: true });

describe('parseSearch', () => {
  it.each([
    ['fiber', [[word('fiber')]]],
    ['  fast   fiber\t', [[word('fast'), word('fiber')]]],
    ['"fast fiber" home', [[phrase('fast fiber'), word('home')]]],
    ['-cable', [[not(word('cable'))]]],
    ['-"no contract" fiber', [[not(phrase('no contract')), word('fiber')]]],
    ['fiber or cable', [[word('fiber')], [word('cable')]]],
    ['fiber OR cable dsl Or satellite', [[word('fiber')], [word('cable'), word('dsl')], [word('satellite')]]],
    ['or fiber or or cable or', [[word('fiber')], [word('cable')]]],
    ['"or"', [[phrase('or')]]],
    ['-or', [[not(word('or'))]]],
    ['orange', [[word('orange')]]],
    ['wi-fi', [[word('wi-fi')]]],
    ['fast"fiber', [[word('fast'), word('fiber')]]],
    ['"fast fiber', [[word('fast'), word('fiber')]]],
    ['""', [[phrase('')]]],
    ['-', [[word('-')]]],
    ['--fast', [[not(word('-fast'))]]],
    ['- fast', [[word('-'), word('fast')]]],
    ['   ', []],
    ['or', []],
  ])('reads %j', (search, terms) => {
    expect(parseSearch(search)).toEqual(terms);
  });
});

describe('plainWord', () => {
  it.each([
    ['Gigabit,', 'gigabit'],
    ['Crème', 'creme'],
    ['cre\u0300me', 'creme'],
    ['wi-fi', 'wifi'],
    ['5G!', '5g'],
    ['%', ''],
    ['🚀', ''],
    ['電気', '電気'],
  ])('makes %j %j', (text, plain) => {
    expect(normalizeWord(text)).toBe(plain);
  });
});

describe('correctable', () => {
  const of = (search: string) => correctableWords(parseSearch(search));

  it('returns wanted words of at least four letters, without duplicates', () => {
    expect(of('Fiber fiber or fibér and tv 5g "fast line" -cable router')).toEqual(['fiber', 'router']);
  });

  it('returns at most eight words', () => {
    expect(of('alpha bravo charlie delta echoes foxtrot golfer hotel india')).toHaveLength(8);
  });
});

it.each([
  ['abcd', 1],
  ['abcdefg', 1],
  ['abcdefgh', 2],
])('allows %j %i edits', (text, allowed) => {
  expect(allowedEdits(text)).toBe(allowed);
});

describe('a query in text form', () => {
  const rows: Record<string, number> = { "'a'": 5, "'b'": 20, "'c'": 100 };

  it.each([
    ["'a'", 5, "'a'"],
    ["'a' & 'b'", 5, "('a' AND 'b')"],
    ["'b' <-> 'c'", 20, "('b' AND 'c')"],
    ["'a' | 'b'", 25, "('a' OR 'b')"],
    ["'c' & ( 'a' | 'b' )", 25, "('c' AND ('a' OR 'b'))"],
    ["'c' & !'a'", 100, "'c'"],
    ["!'a'", Infinity, undefined],
    ["'a' | !'b'", Infinity, undefined],
    ["!( 'a' & 'b' ) & 'c'", 100, "'c'"],
  ])(
    'for %s returns the maximum number of matches and the necessary condition',
    (tsquery, most, condition) => {
      expect(maxMatchesOf(tsquery, (lexeme) => rows[lexeme] ?? 0)).toBe(most);
      expect(necessaryCondition(tsquery, (lexeme) => lexeme)).toBe(condition);
    },
  );

  it('contains its words in quotes', () => {
    expect(["'fiber'", "'o''neil'", String.raw`'a\\b'`].map(unquoteLexeme)).toEqual([
      'fiber',
      "o'neil",
      String.raw`a\b`,
    ]);
  });
});
