import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `od_live_`, an 8-character ID, `_`, a 36-character secret and a 6-character checksum, all in base62. */
const keyPattern = /^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38,}$/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 8;
const secretLength = 36;
const checksumLength = 6;
const maxKeyLength = 200;

/**
 * Returns random base62 characters. Bytes of 248 (4 * 62) and above are discarded so that all characters are
 * equally likely.
 */
export function randomBase62(length: number, bytes: (size: number) => Buffer = randomBytes): string {
  let text = '';
  while (text.length < length)
    for (const byte of bytes(length * 2)) if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  return text;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let position = 0; position < checksumLength; position += 1) {
    digits = (alphabet[rest % 62] ?? '') + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Generates a new key. @param bytes the source of randomness */
export function generateApiKey(bytes?: (size: number) => Buffer): string {
  const body = `od_live_${randomBase62(idLength, bytes)}_${randomBase62(secretLength, bytes)}`;
  return body + checksum(body);
}

/**
 * Returns whether the text has the format and checksum of a key, so that typos are rejected without a
 * database query.
 */
export function isWellFormedApiKey(text: string): boolean {
  if (text.length > maxKeyLength || !keyPattern.test(text)) return false;
  return checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** Returns the SHA-256 hash of the key, the only form in which a key is stored. */
export const hashApiKey = (key: string) => createHash('sha256').update(key).digest();

/** Returns the parts of a key that remain visible after its creation. */
export const visibleKeyParts = (key: string) => ({
  prefix: key.slice(0, 'od_live_'.length + idLength),
  last4: key.slice(-4),
});
