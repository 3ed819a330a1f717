import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { isWellFormedApiKey } from './api-key-format.js';

const prefix = 'od_at_';
const cipher = 'aes-256-gcm';
const [ivLength, timeLength, tagLength] = [12, 6, 16];
const maxTokenLength = 400;

/** What an access token contains. */
export interface AccessToken {
  /** The API key for which it was issued. */
  key: string;
  /** Unix milliseconds. */
  expiresAt: number;
}

/**
 * Issues and reads access tokens. A token is the API key and an expiry, encrypted with a secret that all processes share
 * through the database. It is therefore valid only as long as the key, and nothing is stored. A signed token without the
 * key would be shorter, but whoever reads a backup of the database could then sign one for every key.
 */
export class AccessTokens {
  private readonly encryptionKey: KeyObject;

  constructor(secret: string) {
    this.encryptionKey = createSecretKey(createHmac('sha256', secret).update('access token').digest());
  }

  issue({ key, expiresAt }: AccessToken): string {
    const iv = randomBytes(ivLength);
    const time = Buffer.alloc(timeLength);
    time.writeUIntBE(expiresAt, 0, timeLength);
    const encryption = createCipheriv(cipher, this.encryptionKey, iv);
    const content = Buffer.concat([encryption.update(time), encryption.update(key), encryption.final()]);
    return prefix + Buffer.concat([iv, content, encryption.getAuthTag()]).toString('base64url');
  }

  /** Returns the content of a token, even if it has expired; undefined if the text is not a token of this service. */
  read(text: string): AccessToken | undefined {
    if (!text.startsWith(prefix) || text.length > maxTokenLength) return undefined;
    const bytes = Buffer.from(text.slice(prefix.length), 'base64url');
    if (bytes.length <= ivLength + timeLength + tagLength) return undefined;
    const decryption = createDecipheriv(cipher, this.encryptionKey, bytes.subarray(0, ivLength));
    decryption.setAuthTag(bytes.subarray(-tagLength));
    let content: Buffer;
    try {
      content = Buffer.concat([decryption.update(bytes.subarray(ivLength, -tagLength)), decryption.final()]);
    } catch {
      return undefined;
    }
    const key = content.toString('latin1', timeLength);
    return isWellFormedApiKey(key) ? { key, expiresAt: content.readUIntBE(0, timeLength) } : undefined;
  }
}
