import { pick } from '../../seed/random.js';
import { catalogCalls, dayFromNow } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { probe, readableParts, type ProbeAnswer, type ProbeQuery } from '../support/search/search-probe.js';
import { seededRandom } from '../support/seed.js';

/*
 * Nobody can tell a word of a hidden offer from a word of no offer: not by the result, its size or order, a header, a
 * cursor, or by what is corrected to what. The searches run in a process that was started after the offers were hidden,
 * because an earlier one could have cached its answers.
 */

const random = seededRandom();
const letter = (of: string) => pick(random, [...of]);
const consonants = 'bdfgklmnprstvz';
/**
 * Returns a word of 12 letters such as `vokasilemuok`. Two of them have almost nothing in common but the end, which has no
 * suffix that a stemmer would remove.
 */
const newWord = () => `${Array.from({ length: 5 }, () => letter(consonants) + letter('aeiou')).join('')}ok`;
const withFifthLetter = (word: string, other: string) => word.slice(0, 4) + other + word.slice(5);
/** Replaces the fifth letter with one that is not in any of the other words, which are as long. */
const misspelled = (word: string, ...others: string[]) => {
  for (;;) {
    const changed = withFifthLetter(word, letter(consonants));
    if (![word, ...others].includes(changed)) return changed;
  }
};

interface Secret {
  kind: string;
  /** The readers who may see the offer. */
  seenBy: string[];
  /** A word that only this offer contains. */
  word: string;
  /** A word that every verified reseller sees, and a misspelling of it that only the hidden offer contains. */
  common: string;
  misspelling: string;
}

type Teams = Record<'ordinary' | 'partner' | 'selected' | 'hybrid' | 'unverified', TestTeam>;

let before: Harness;
let after: Harness;
let provider: TestTeam;
let readers: Teams;
let answersBefore: Map<string, ProbeAnswer[]>;
/** What every reader gets for a word that occurs nowhere, and for a misspelling of such a word. */
let unknown: Record<string, ProbeAnswer[]>;
let misspelledUnknown: Record<string, ProbeAnswer[]>;
const { offer, change, remove, admin, prefer } = catalogCalls(() => before);

/** For each way to hide an offer, hides one with the given name, which contains a misspelling of the common word. */
const ways: Record<
  string,
  { seenBy?: (keyof Teams)[]; hide(name: string, common: string): Promise<unknown> }
> = {
  draft: { hide: (name) => offer(provider, { name, status: 'draft' }) },
  inactive: { hide: (name) => offer(provider, { name, status: 'inactive' }) },
  archived: {
    hide: async (name) => change(provider, (await offer(provider, { name })).id, { status: 'archived' }),
  },
  preferred: { seenBy: ['partner'], hide: (name) => offer(provider, { name, visibility: 'preferred' }) },
  'preferred, with many misspellings': {
    seenBy: ['partner'],
    // Each differs from every other misspelling of the word in one letter, as the word itself does, so that they could
    // crowd it out.
    hide: (name, common) =>
      offer(provider, {
        name,
        visibility: 'preferred',
        description: Array.from('achejioquwxy', (other) => withFifthLetter(common, other)).join(' '),
      }),
  },
  selected: {
    seenBy: ['selected'],
    hide: (name) =>
      offer(provider, { name, visibility: 'selected', allowedResellers: [readers.selected.id] }),
  },
  'of a hybrid team': {
    seenBy: ['hybrid'],
    hide: (name) => offer(readers.hybrid, { name, visibility: 'preferred' }),
  },
  'for a later partner': {
    hide: async (name) => {
      const other = await makeTeam(before, 'provider');
      for (const reader of Object.values(readers))
        await prefer(other, { resellerTeamId: reader.id, effectiveDate: dayFromNow(30) });
      return offer(other, { name, visibility: 'preferred' });
    },
  },
  'of a suspended provider': {
    hide: async (name) => {
      const other = await makeTeam(before, 'provider');
      await offer(other, { name });
      await admin(other, { suspended: true });
    },
  },
  'public, then deleted': { hide: async (name) => remove(provider, (await offer(provider, { name })).id) },
  'public, then renamed': {
    hide: async (name) => change(provider, (await offer(provider, { name })).id, { name: 'Other' }),
  },
  'public, then inactive': {
    hide: async (name) => change(provider, (await offer(provider, { name })).id, { status: 'inactive' }),
  },
  'public, then preferred': {
    seenBy: ['partner'],
    hide: async (name) => change(provider, (await offer(provider, { name })).id, { visibility: 'preferred' }),
  },
};

const secrets: Secret[] = Object.entries(ways).map(([kind, { seenBy = [] }]) => {
  const common = newWord();
  return { kind, seenBy, word: newWord(), common, misspelling: misspelled(common) };
});

/** Searches that have a next page with or without the word, or that have no result without it. */
const queries: ProbeQuery[] = [
  { search: 'W' },
  { search: 'W', count: 'true', facets: 'category,price' },
  { search: 'internet W', count: 'true' },
  { search: 'internet or W', limit: '1', count: 'true' },
  { search: 'internet or W', limit: '2', sortBy: 'price' },
  { search: 'internet -W', limit: '1', count: 'true' },
  { search: '"internet W"', count: 'true' },
];

beforeAll(async () => {
  before = await start();
  provider = await makeTeam(before, 'provider');
  readers = {
    ordinary: await makeTeam(before, 'reseller'),
    partner: await makeTeam(before, 'reseller'),
    selected: await makeTeam(before, 'reseller'),
    hybrid: await makeTeam(before, 'hybrid'),
    unverified: await makeTeam(before, 'reseller', { verified: false }),
  };
  await prefer(provider, { resellerTeamId: readers.partner.id });
  for (const { common } of secrets)
    for (const monthlyPrice of [10, 20]) await offer(provider, { name: `Internet ${common}`, monthlyPrice });
  answersBefore = new Map();
  for (const { misspelling } of secrets)
    answersBefore.set(misspelling, await probe(before, readers.ordinary, misspelling, queries));
  for (const { kind, word, common, misspelling } of secrets)
    await ways[kind]?.hide(`Internet ${word} ${misspelling}`, common);
  after = await start({}, before.databaseUrl);
  unknown = await probeAll([], newWord());
  misspelledUnknown = await probeAll([], misspelled(newWord()));
}, 60_000);
afterAll(async () => {
  await after.stop();
  await before.stop();
});

const kinds = secrets.map((secret) => [secret.kind, secret] as const);
const readerNames = ['ordinary', 'partner', 'selected', 'hybrid', 'unverified'] as const;

/** Sends the searches for a word as every reader except those who may see the hidden offer. */
async function probeAll(seenBy: readonly string[], word: string): Promise<Record<string, ProbeAnswer[]>> {
  const names = readerNames.filter((name) => !seenBy.includes(name));
  const answers = await Promise.all(
    names.map(async (name) => [name, await probe(after, readers[name], word, queries)] as const),
  );
  return Object.fromEntries(answers);
}

/** Expects that the readers get the same answers as for an unknown word. */
function expectUnknown(
  answers: Record<string, ProbeAnswer[]>,
  reference: Record<string, ProbeAnswer[]>,
): void {
  expect(Object.keys(answers).length).toBeGreaterThan(0);
  expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, reference[name]])));
}

/** Expects that no answer contains a word that its reader may not see, except the one that was searched for. */
function expectNoSecrets(answers: Record<string, ProbeAnswer[]>): void {
  for (const [name, ofReader] of Object.entries(answers)) {
    const text = JSON.stringify(ofReader);
    const hidden = secrets.filter(({ seenBy }) => !seenBy.includes(name));
    const words = hidden.flatMap(({ word, misspelling }) => [word, misspelling]);
    expect([name, words.filter((word) => text.includes(word))]).toEqual([name, []]);
  }
}

describe('a search reveals nothing about an offer that the reader may not see', () => {
  it('corrects a misspelled word, so that there is something to reveal', async () => {
    for (const { common, misspelling } of secrets) {
      const [answer] = await probe(after, readers.ordinary, misspelled(common, misspelling), queries);
      expect([answer?.status, answer?.body]).toEqual([200, expect.stringContaining(common)]);
    }
  });

  it.each(kinds)('%s: its words are like unknown words', async (_, secret) => {
    const hidden = await probeAll(secret.seenBy, secret.word);
    expectUnknown(hidden, unknown);
    expectNoSecrets(hidden);
  });

  it.each(kinds)('%s: nothing is corrected to its words', async (_, secret) => {
    const near = await probeAll(secret.seenBy, misspelled(secret.word));
    expectUnknown(near, misspelledUnknown);
    expectNoSecrets(near);
  });

  it.each(kinds)('%s: a misspelling in it is corrected like any other', async (_, secret) => {
    const { seenBy, common, misspelling } = secret;
    const hidden = await probeAll(seenBy, misspelling);
    expect(hidden).toEqual(await probeAll(seenBy, misspelled(common, misspelling)));
    expectNoSecrets(hidden);
  });

  it.each(kinds)(
    '%s: the search for a misspelling in it is answered as before',
    async (_, { misspelling }) => {
      const now = await probe(after, readers.ordinary, misspelling, queries);
      expect(now).toEqual(answersBefore.get(misspelling));
    },
  );

  it('shows an unverified reseller no difference between public and unknown words', async () => {
    for (const { common } of secrets.slice(0, 3))
      expect(await probe(after, readers.unverified, common, queries)).toEqual(
        await probe(after, readers.unverified, newWord(), queries),
      );
  });
});

it('the contents of a cursor are compared', () => {
  const payload = Buffer.from(JSON.stringify(['0', 'word'])).toString('base64url');
  expect(readableParts(`${payload}.${Buffer.from([255, 1, 2]).toString('base64url')}`)).toEqual([
    '["0","word"]',
  ]);
});
