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
const letters = (of: string, not = '') =>
  pick(
    random,
    [...of].filter((letter) => letter !== not),
  );
/** Returns a word of 12 letters such as `vokasilemuta`. Two of them have almost nothing in common. */
const newWord = () => Array.from({ length: 6 }, () => letters('bdfgklmnprstvz') + letters('aeiou')).join('');
/** Replaces the fifth letter with one that is not in any of the other words, which are as long. */
const misspelled = (word: string, ...others: string[]) => {
  for (;;) {
    const changed = word.slice(0, 4) + letters('bdfgklmnprstvz') + word.slice(5);
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
const { offer, change, remove, admin, prefer } = catalogCalls(() => before);

/** For each way to hide an offer, hides one with the given name. */
const ways: Record<string, { seenBy?: (keyof Teams)[]; hide(name: string): Promise<unknown> }> = {
  draft: { hide: (name) => offer(provider, { name, status: 'draft' }) },
  inactive: { hide: (name) => offer(provider, { name, status: 'inactive' }) },
  archived: {
    hide: async (name) => change(provider, (await offer(provider, { name })).id, { status: 'archived' }),
  },
  preferred: { seenBy: ['partner'], hide: (name) => offer(provider, { name, visibility: 'preferred' }) },
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
    hide: async (name) =>
      change(provider, (await offer(provider, { name })).id, { status: 'inactive', name: 'Other' }),
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
  for (const { kind, word, misspelling } of secrets)
    await ways[kind]?.hide(`Internet ${word} ${misspelling}`);
  after = await start({}, before.databaseUrl);
}, 60_000);
afterAll(async () => {
  await after.stop();
  await before.stop();
});

const readerNames = ['ordinary', 'partner', 'selected', 'hybrid', 'unverified'] as const;
const cases = secrets.flatMap((secret) =>
  readerNames
    .filter((name) => !secret.seenBy.includes(name))
    .map((name) => [secret.kind, name, secret] as const),
);
const secretWords = secrets.flatMap(({ word, misspelling }) => [word, misspelling]);

/** Expects that no answer contains a word of a hidden offer, except the one that was searched for. */
function expectNoSecrets(answers: readonly ProbeAnswer[]): void {
  const text = JSON.stringify(answers);
  expect(secretWords.filter((word) => text.includes(word))).toEqual([]);
}

describe('a search reveals nothing about an offer that the reader may not see', () => {
  it('corrects a misspelled word, so that there is something to reveal', async () => {
    for (const { common, misspelling } of secrets) {
      const [answer] = await probe(after, readers.ordinary, misspelled(common, misspelling), queries);
      expect([answer?.status, answer?.body]).toEqual([200, expect.stringContaining(common)]);
    }
  });

  it.each(cases)('%s, to the reader "%s": its words are like unknown words', async (_, name, { word }) => {
    const hidden = await probe(after, readers[name], word, queries);
    expect(hidden).toEqual(await probe(after, readers[name], newWord(), queries));
    expectNoSecrets(hidden);
  });

  it.each(cases)('%s, to the reader "%s": nothing is corrected to its words', async (_, name, { word }) => {
    const near = await probe(after, readers[name], misspelled(word), queries);
    expect(near).toEqual(await probe(after, readers[name], misspelled(newWord()), queries));
    expectNoSecrets(near);
  });

  it.each(cases)(
    '%s, to the reader "%s": a misspelling in it is corrected like any other',
    async (_, name, { common, misspelling }) => {
      const hidden = await probe(after, readers[name], misspelling, queries);
      expect(hidden).toEqual(await probe(after, readers[name], misspelled(common, misspelling), queries));
    },
  );

  it.each(secrets.map((secret) => [secret.kind, secret] as const))(
    '%s: the search for a misspelling in it has the same answer as before',
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
