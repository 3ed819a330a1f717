import type { IncomingMessage } from 'node:http';
import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const sane = /^[A-Za-z0-9._:-]{1,128}$/;

/** Random bytes for 256 ids at a time: to ask for those of one id costs more than all the rest of it. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function rng(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

/** The client's `X-Request-Id` when it is a sane token, else a new UUID v7. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && sane.test(given) ? given : uuidv7({ rng });
}
