import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes for 256 IDs, because requesting 16 bytes for each ID takes longer than all other steps. */
const pool = Buffer.alloc(4096);
let usedBytes = pool.length;

function randomBytes(): Buffer {
  if (usedBytes === pool.length) {
    randomFillSync(pool);
    usedBytes = 0;
  }
  usedBytes += 16;
  return pool.subarray(usedBytes - 16, usedBytes);
}

/**
 * Time and sequence number of the last ID.
 * A sequence starts below 2^31, which leaves room for at least 2^31 IDs.
 */
let msecs = 0;
let seq = 0;

/**
 * Returns a new UUID v7.
 * It is greater than all earlier ones from this process, even if the clock is set back.
 * @param now Unix milliseconds; by the database's clock if other processes compare the ID with a time
 */
export function newId(now = Date.now()): string {
  const random = randomBytes();
  if (now > msecs) {
    msecs = now;
    seq = random.readUInt32BE(6) >>> 1;
  } else seq += 1;
  return v7({ random, msecs, seq });
}

/** Returns the smallest UUID v7 of a time in Unix milliseconds. */
export const firstIdAt = (ms: number): string =>
  `${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})/,
    '$1-$2-$3-$4-',
  );
