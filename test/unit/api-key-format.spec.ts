import {
  hashApiKey,
  isWellFormedApiKey,
  visibleKeyParts,
  generateApiKey,
  randomBase62,
} from '../../src/teams/api-keys/api-key-format.js';

const key = generateApiKey();

it('has the documented form', () => {
  expect(key).toMatch(/^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{42}$/);
  expect(isWellFormedApiKey(key)).toBe(true);
  expect(generateApiKey()).not.toBe(key);
  expect(visibleKeyParts(key)).toEqual({ prefix: key.slice(0, 16), last4: key.slice(-4) });
  expect(hashApiKey(key)).toHaveLength(32);
});

it('notices a typo in every place', () => {
  for (let place = 0; place < key.length; place += 1) {
    const other = key[place] === 'x' ? 'y' : 'x';
    expect(isWellFormedApiKey(key.slice(0, place) + other + key.slice(place + 1))).toBe(false);
  }
});

it.each([
  '',
  'od_live_',
  key.slice(0, -1),
  `${key}0`,
  ` ${key}`,
  `${key}\n`,
  key.toUpperCase(),
  'x'.repeat(500),
])('refuses %p', (text) => {
  expect(isWellFormedApiKey(text)).toBe(false);
});

it('draws without bias: bytes of 248 and above are thrown away', () => {
  const bytes = [255, 248, 0, 61, 62, 247];
  expect(randomBase62(4, () => Buffer.from(bytes))).toBe('0z0z');
});

it('is made of the randomness it is given', () => {
  const bytes = (size: number) => Buffer.alloc(size, 7);
  expect(generateApiKey(bytes)).toBe(generateApiKey(bytes));
  expect(isWellFormedApiKey(generateApiKey(bytes))).toBe(true);
});
