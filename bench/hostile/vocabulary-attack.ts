import { randomBytes } from 'node:crypto';
import { cpuUs } from '../environment/process-usage.js';
import type { Attack } from './attack.js';
import { howTheyEnded, inParallel, send, type Ending } from './hostile-client.js';
import type { Site } from './site.js';

const wordsPerSearch = 8;
/** Long texts of an offer have at most 10,000 characters; 23 KB an offer are 3.4 MB in 150 offers. */
const textLength = 10_000;
const features = 10;

const consonants = 'bcdfghjklmnpqrstvwxz';
const vowels = 'aeiou';

/** Returns an unknown word of 4 to 6 syllables. Such words have many neighbours with the same syllables. */
function randomWord(): string {
  const bytes = [...randomBytes(12)];
  const syllables = 4 + ((bytes[11] ?? 0) % 3);
  return bytes
    .slice(0, 2 * syllables - 1)
    .map((byte, index) => (index % 2 === 0 ? consonants[byte % 20] : vowels[byte % 5]))
    .join('');
}

function randomText(length: number): string {
  let text = randomWord();
  for (let next = randomWord(); text.length + next.length < length; next = randomWord()) text += ` ${next}`;
  return text;
}

const hiddenOffer = () => ({
  name: randomText(60),
  category: 'internet',
  status: 'active',
  serviceSpecificData: { minBandwidth: 500, maxBandwidth: 1000, connectionType: 'fiber' },
  pricingType: 'fixed',
  monthlyPrice: 50,
  visibility: 'selected',
  allowedResellers: [],
  description: randomText(textLength),
  marketingDescription: randomText(textLength),
  keyFeatures: Array.from({ length: features }, () => randomText(200)),
});

/** Sends searches one after the other. @returns the CPU time of Postgres for each of them, in milliseconds */
async function search(site: Site, count: number, endings: Ending[]): Promise<number> {
  const startedUs = cpuUs(site.postmaster);
  for (let index = 0; index < count; index += 1) {
    const words = Array.from({ length: wordsPerSearch }, randomWord).join(' ');
    const path = `/reseller/catalog?${new URLSearchParams({ search: words, limit: '20' })}`;
    endings.push(await send(site.port, { path, key: site.reseller.key }));
  }
  return (cpuUs(site.postmaster) - startedUs) / 1000 / count;
}

/** Offers that nobody may see fill the vocabulary with random words, which makes every search for a typo expensive. */
export const vocabularyAttack: Attack = {
  group: 3,
  name: 'searches after hidden offers full of random words',
  prepare: async (site, { vocabulary: { offers, searches } }) => {
    const before = await search(site, searches, []);
    return async () => {
      const { key } = site.provider;
      const created = await inParallel(offers, 4, () => {
        const body = JSON.stringify(hiddenOffer());
        return send(site.port, { method: 'POST', path: '/provider/offers', key, body, keepText: true });
      });
      const searched: Ending[] = [];
      const stored = await search(site, searches, searched);
      const ids = created.flatMap(({ how, text }) =>
        how === '201' ? [(JSON.parse(text) as { id: string }).id] : [],
      );
      const deleted = await inParallel(ids.length, 4, (index) =>
        send(site.port, { method: 'DELETE', path: `/provider/offers/${ids[index]}`, key }),
      );
      const after = await search(site, searches, searched);
      return {
        endings: howTheyEnded([...created, ...deleted, ...searched]),
        facts: {
          'Postgres ms per search before the offers': before,
          'Postgres ms per search with the offers': stored,
          'Postgres ms per search after their deletion': after,
        },
      };
    };
  },
};
