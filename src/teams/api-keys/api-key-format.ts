import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `od_live_`, an id of 8 characters, `_`, a secret of 36 characters and a checksum of 6, all in base62. */
const keyPattern = /^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38,}$/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 8;
const secretLength = 36;
const checksumLength = 6;
const maxKeyLength = 200;

/** Random base62 characters. Bytes of 248 (4 * 62) and above are discarded to make all characters equally likely. */
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

/** A new key. @param bytes the source of randomness. */
export function generateApiKey(bytes?: (size: number) => Buffer): string {
  const body = `od_live_${randomBase62(idLength, bytes)}_${randomBase62(secretLength, bytes)}`;
  return body + checksum(body);
}

/** Whether the text has the format and checksum of a key: typos are rejected without a database query. */
export function isWellFormedApiKey(text: string): boolean {
  if (text.length > maxKeyLength || !keyPattern.test(text)) return false;
  return checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** SHA-256 of the key, the only form in which a key is stored. */
export const hashApiKey = (key: string) => createHash('sha256').update(key).digest();

/** The parts of a key that remain visible after its creation. */
export const visibleKeyParts = (key: string) => ({
  prefix: key.slice(0, 'od_live_'.length + idLength),
  last4: key.slice(-4),
});
