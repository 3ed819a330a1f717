import { createHmac } from 'node:crypto';
import { generateApiKey } from '../teams/api-keys/api-key-format.js';

/**
 * Returns a key derived from the admin key, so that it is the same at every start and does not need to be
 * stored.
 */
export function demoKey(adminKey: string, name: string): string {
  let block = 0;
  const bytes = (size: number) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32) {
      block += 1;
      blocks.push(createHmac('sha256', adminKey).update(`demo ${name} ${block}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
  return generateApiKey(bytes);
}
