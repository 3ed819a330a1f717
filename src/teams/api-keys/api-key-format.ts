import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `od_live_`, 8 characters to tell keys apart, `_`, 36 random ones, 6 of checksum; all of them base62. */
const shape = /^od_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38,}$/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 8;
const secretLength = 36;
const checksumLength = 6;

/** Draws base62 characters without bias: bytes of 248 and above are thrown away. */
export function randomBase62(length: number, bytes: (size: number) => Buffer = randomBytes): string {
  let text = '';
  while (text.length < length)
    for (const byte of bytes(length * 2)) if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  return text;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < checksumLength; place += 1) {
    digits = (alphabet[rest % 62] ?? '') + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** A new key; `bytes` is the source of randomness. */
export function generateApiKey(bytes?: (size: number) => Buffer): string {
  const body = `od_live_${randomBase62(idLength, bytes)}_${randomBase62(secretLength, bytes)}`;
  return body + checksum(body);
}

/** Whether the text can be a key at all: a typo fails here, without asking the database. */
export function isWellFormedApiKey(key: string): boolean {
  if (key.length > 200 || !shape.test(key)) return false;
  return checksum(key.slice(0, -checksumLength)) === key.slice(-checksumLength);
}

/** The only form in which a key is kept. */
export const hashApiKey = (key: string) => createHash('sha256').update(key).digest();

/** The parts of a key that may be shown later. */
export const visibleKeyParts = (key: string) => ({
  prefix: key.slice(0, 'od_live_'.length + idLength),
  last4: key.slice(-4),
});
