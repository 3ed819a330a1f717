import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes for 256 ids at a time: to ask for those of one id costs more than all the rest of it. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

/** Time and sequence of the last id. A sequence begins below 2^31, so that it has room for as many ids again. */
let msecs = 0;
let seq = 0;

/** A new UUID v7, greater than all that this process has made before. */
export function newId(): string {
  const random = randomBytes();
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = random.readUInt32BE(6) >>> 1;
  } else seq += 1;
  return v7({ random, msecs, seq });
}
