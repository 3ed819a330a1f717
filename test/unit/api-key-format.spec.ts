import {
  hashApiKey,
  isWellFormedApiKey,
  visibleKeyParts,
  generateApiKey,
  randomBase62,
} from '../../src/teams/api-keys/api-key-format.js';

const key = generateApiKey();

it('generates keys in the documented format', () => {
  expect(key).toMatch(/^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{42}$/);
  expect(isWellFormedApiKey(key)).toBe(true);
  expect(generateApiKey()).not.toBe(key);
  expect(visibleKeyParts(key)).toEqual({ prefix: key.slice(0, 16), last4: key.slice(-4) });
  expect(hashApiKey(key)).toHaveLength(32);
});

it('detects a typo at every position', () => {
  for (let position = 0; position < key.length; position += 1) {
    const other = key[position] === 'x' ? 'y' : 'x';
    expect(isWellFormedApiKey(key.slice(0, position) + other + key.slice(position + 1))).toBe(false);
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
])('rejects %p', (text) => {
  expect(isWellFormedApiKey(text)).toBe(false);
});

it('discards bytes of 248 and above, so that all characters are equally likely', () => {
  const bytes = [255, 248, 0, 61, 62, 247];
  expect(randomBase62(4, () => Buffer.from(bytes))).toBe('0z0z');
});

it('depends only on the given source of randomness', () => {
  const bytes = (size: number) => Buffer.alloc(size, 7);
  expect(generateApiKey(bytes)).toBe(generateApiKey(bytes));
  expect(isWellFormedApiKey(generateApiKey(bytes))).toBe(true);
});
