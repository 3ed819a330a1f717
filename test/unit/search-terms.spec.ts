import {
  allowedEdits,
  matchesWithoutWords,
  maxMatchesOf,
  maxPhraseWords,
  correctableWords,
  parseSearch,
  toSearchQuery,
  type Corrections,
  type ReadTerm,
  type Term,
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
    ['AT&T', [[word('AT&T')]]],
    ['No.1', [[word('No'), word('1')]]],
    ['½', [[word('1'), word('2')]]],
    ['5½-№7', [[word('5'), word('1'), word('2'), word('No'), word('7')]]],
    ['data¹/max', [[word('data'), word('max')]]],
    ['CO₂', [[word('CO₂')]]],
    ['Nova™/Fibre', [[word('Nova'), word('Fibre')]]],
    ['TV/Internet', [[word('TV'), word('Internet')]]],
    ['电视/宽带', [[word('电视'), word('宽带')]]],
    ['é-à', [[word('é-à')]]],
    ['fiber-24/7', [[word('fiber'), word('24'), word('7')]]],
    ['-TV/Internet', [[not(word('TV/Internet'))]]],
    ['giga\u200Bbit', [[word('giga\u200Bbit')]]],
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

/** A term as Postgres would read it, for plain words. */
const read = (terms: Term[][]): ReadTerm[][] =>
  terms.map((all) =>
    all.map((term) => {
      const words = term.text
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean);
      const tsquery = words.map((each) => `'${each}'`).join(' <-> ');
      return { ...term, words: words.join(' '), tsquery, isStopWord: /^(the|of)$/.test(words.join(' ')) };
    }),
  );

describe('correctableWords', () => {
  const of = (search: string) => correctableWords(read(parseSearch(search))).map(({ words }) => words);

  it('returns wanted words of at least four letters, without duplicates', () => {
    expect(of('Fiber fiber or and tv 5g wi-fi "fast line" -cable router')).toEqual(['fiber', 'router']);
  });

  it('returns at most four words', () => {
    expect(of('alpha bravo charlie delta echoes foxtrot')).toHaveLength(4);
  });
});

describe('toSearchQuery', () => {
  const of = (search: string, corrections: Corrections = new Map()) =>
    toSearchQuery(read(parseSearch(search)), corrections);

  it.each([
    ['fiber', "(('fiber'))", ['fiber'], [], undefined],
    ['Fast fiber', "(('fast') & ('fiber'))", ['fast fiber'], [], "'fast' <-> 'fiber'"],
    ['"fast fiber" x', "(('fast' <-> 'fiber') & ('x'))", ['fast fiber x'], [], "'fast' <-> 'fiber' <-> 'x'"],
    [
      'line of fiber',
      "(('line') & ('fiber'))",
      ['line of fiber'],
      ['line fiber'],
      "('line' <-> 'of' <-> 'fiber') | ('line' <-> 'fiber')",
    ],
    ['the fiber', "(('fiber'))", ['the fiber'], ['fiber'], undefined],
    ['"the" fiber', "(('the') & ('fiber'))", ['the fiber'], [], "'the' <-> 'fiber'"],
    ['the of', "(('the') & ('of'))", ['the of'], [], "'the' <-> 'of'"],
    ['home the', "(('home'))", ['home the'], ['home'], undefined],
    ['fiber -cable', "(('fiber') & !('cable'))", ['fiber'], [], undefined],
    ['fiber -the', "(('fiber') & !('the'))", ['fiber'], [], undefined],
    [
      'fast fiber -tv',
      "(('fast') & ('fiber') & !('tv'))",
      ['fast fiber'],
      [],
      "('fast' <-> 'fiber') & ((('fast') & ('fiber') & !('tv')))",
    ],
    ['fiber or the', "(('fiber')) | (('the'))", ['fiber', 'the'], [], undefined],
    [
      'fast tv or zoo',
      "(('fast') & ('tv')) | (('zoo'))",
      ['fast tv', 'zoo'],
      [],
      "(('fast' <-> 'tv') | ('zoo')) & ((('fast') & ('tv')) | (('zoo')))",
    ],
    [
      'zoo or zoo tv',
      "(('zoo')) | (('zoo') & ('tv'))",
      ['zoo'],
      [],
      "(('zoo') | ('zoo' <-> 'tv')) & ((('zoo')) | (('zoo') & ('tv')))",
    ],
    ['fibers', "(('fibers'))", ['fibers'], ['fiber'], undefined],
    [
      'boxes companies',
      "(('boxes') & ('companies'))",
      ['boxes companies'],
      ['box company'],
      "'boxes' <-> 'companies'",
    ],
    [
      'business bus tvs',
      "(('business') & ('bus') & ('tvs'))",
      ['business bus tvs'],
      [],
      "'business' <-> 'bus' <-> 'tvs'",
    ],
    ['-the', "(!('the'))", [], [], undefined],
    ['! fiber ?', "(('fiber'))", ['fiber'], [], undefined],
    ['! ?', '', [], [], undefined],
  ])('reads %j', (search, tsquery, openings, looseOpenings, phrase) => {
    expect(of(search)).toEqual({ tsquery, openings, looseOpenings, phrase });
  });

  it('has at most four openings', () => {
    expect(of('a1 or b1 or c1 or d1 or e1').openings).toEqual(['a1', 'b1', 'c1', 'd1']);
  });

  it('adds corrections as alternatives and ranks names by the first one', () => {
    const corrections = new Map([
      [
        'fibr',
        [
          { word: 'fiber', tsquery: "'fiber'" },
          { word: 'fibre', tsquery: "'fibre'" },
        ],
      ],
    ]);
    expect(of('fast fibr', corrections)).toEqual({
      tsquery: "(('fast') & ('fibr' | 'fiber' | 'fibre'))",
      openings: ['fast fiber'],
      looseOpenings: [],
      phrase: undefined,
    });
    expect(of('"fibr"', corrections).tsquery).toBe("(('fibr'))");
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
    ["'a'", 5],
    ["'a' & 'b'", 5],
    ["'b' <-> 'c'", 20],
    ["'a' | 'b'", 25],
    ["'c' & ( 'a' | 'b' )", 25],
    ["'c' & !'a'", 100],
    ["!'a'", Infinity],
    ["'a' | !'b'", Infinity],
    ["!( 'a' & 'b' ) & 'c'", 100],
    ["(('a') & !('b')) | (('c'))", 105],
  ])('for %s returns the maximum number of matches', (tsquery, most) => {
    expect(maxMatchesOf(tsquery, (lexeme) => rows[lexeme] ?? 0)).toBe(most);
  });
});

describe('an expensive search', () => {
  const read = (text: string): ReadTerm => ({
    ...word(text),
    words: text,
    tsquery: `'${text}'`,
    isStopWord: false,
  });

  it.each([
    ["'a'", false],
    ["'a' & !'b'", false],
    ["!'a'", true],
    ["'a' | !'b'", true],
    ["!'a' & !('b' <-> 'c')", true],
    ['', false],
  ])('%j matches texts with none of its words: %j', (tsquery, expected) => {
    expect(matchesWithoutWords(tsquery)).toBe(expected);
  });

  it('ranks no phrase of more words than are searched for', () => {
    const phraseOf = (length: number) =>
      toSearchQuery([Array.from({ length }, (_, index) => read(`w${index}`))], new Map()).phrase;
    expect(phraseOf(maxPhraseWords)).toBeDefined();
    expect(phraseOf(maxPhraseWords + 1)).toBeUndefined();
  });
});
