import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomFillSync,
  type KeyObject,
} from 'node:crypto';
import { DomainError } from '../common/errors.js';
import type { DataKey } from '../config/data-keys.js';

/** A value that was encrypted. Both members are stored in the row, in separate columns. */
export interface Sealed {
  /** ID of the data key with which the value was encrypted. */
  keyId: string;
  /** A nonce of 12 bytes, the ciphertext, and the tag of 16 bytes. */
  bytes: Buffer;
}

const cipher = 'aes-256-gcm';
const [nonceLength, tagLength, indexLength] = [12, 16, 16];

/** The keys that are derived from a data key, one for each use. */
interface DerivedKeys {
  id: string;
  sealing: KeyObject;
  indexing: KeyObject;
}

/** Random bytes for many nonces, because requesting those for a single one takes as long as the encryption. */
const nonces = Buffer.alloc(nonceLength * 256);
let usedNonces = nonces.length;

function newNonce(): Buffer {
  if (usedNonces === nonces.length) {
    randomFillSync(nonces);
    usedNonces = 0;
  }
  usedNonces += nonceLength;
  return nonces.subarray(usedNonces - nonceLength, usedNonces);
}

/** Returns the context of a sealed column: the same bytes in another row or column cannot be opened. */
export const sealContext = (table: string, column: string, rowId: string) => `${table}.${column} ${rowId}`;

/**
 * Encrypts personal data before it is stored, with AES-256-GCM and the keys of `DATA_KEYS`. The first key encrypts; all
 * of them decrypt.
 */
export class Encryption {
  private readonly keys: ReadonlyMap<string, DerivedKeys>;
  private readonly current: DerivedKeys | undefined;

  /** @param dataKeys the current key first; empty if none is configured */
  constructor(dataKeys: readonly DataKey[]) {
    const derived = dataKeys.map(deriveKeys);
    this.keys = new Map(derived.map((key) => [key.id, key]));
    this.current = derived[0];
  }

  /** Whether a key is configured. Without one, `seal`, `open` and `blindIndex` fail with 503. */
  get isConfigured(): boolean {
    return this.current !== undefined;
  }

  /** ID of the key that encrypts. @throws DomainError UNAVAILABLE if none is configured */
  get currentKeyId(): string {
    return this.currentKey().id;
  }

  /**
   * Encrypts a JSON value.
   * @param context identifies the place of the value, see `sealContext`; must be the same when it is opened
   * @throws DomainError UNAVAILABLE if no key is configured
   */
  seal(value: unknown, context: string): Sealed {
    const key = this.currentKey();
    const nonce = newNonce();
    const encryption = createCipheriv(cipher, key.sealing, nonce).setAAD(Buffer.from(context));
    const content = encryption.update(JSON.stringify(value), 'utf8');
    encryption.final(); // returns nothing: the cipher holds no bytes back
    return { keyId: key.id, bytes: Buffer.concat([nonce, content, encryption.getAuthTag()]) };
  }

  /**
   * Decrypts a JSON value.
   * @throws DomainError UNAVAILABLE if the key is not configured in this process; Error if the bytes were modified, or
   * belong to another context
   */
  open<T>({ keyId, bytes }: Sealed, context: string): T {
    const key = this.keys.get(keyId);
    if (!key) throw unavailable(`The data key ${keyId} is not configured`);
    const decryption = createDecipheriv(cipher, key.sealing, bytes.subarray(0, nonceLength), {
      authTagLength: tagLength,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-tagLength));
    const content = decryption.update(bytes.subarray(nonceLength, -tagLength));
    decryption.final(); // checks the tag
    return JSON.parse(content.toString()) as T;
  }

  /**
   * Returns a keyed hash of a text, under which rows can be found whose text is encrypted. Another team, or another
   * kind of text, results in another hash.
   * @param kind the kind of text, such as `customer email`
   * @param text normalized, so that texts that should match are equal
   * @returns 16 bytes, made with the current key; store them with the row
   */
  blindIndex(teamId: string, kind: string, text: string): Buffer {
    return indexWith(this.currentKey(), teamId, kind, text);
  }

  /** Returns the hash with each of the keys, to find rows that `npm run keys:rotate` has not reached yet. */
  blindIndexes(teamId: string, kind: string, text: string): Buffer[] {
    this.currentKey();
    return [...this.keys.values()].map((key) => indexWith(key, teamId, kind, text));
  }

  private currentKey(): DerivedKeys {
    if (!this.current)
      throw unavailable('This needs encryption; the operator of the service must set DATA_KEYS first');
    return this.current;
  }
}

function deriveKeys({ id, base64 }: DataKey): DerivedKeys {
  const secret = Buffer.from(base64, 'base64');
  const derive = (use: string) => createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', use, 32)));
  return { id, sealing: derive('offerdock seal'), indexing: derive('offerdock blind index') };
}

const indexWith = ({ indexing }: DerivedKeys, ...parts: [teamId: string, kind: string, text: string]) =>
  createHmac('sha256', indexing).update(JSON.stringify(parts)).digest().subarray(0, indexLength);

const unavailable = (message: string) => new DomainError('UNAVAILABLE', message, {}, { 'retry-after': '60' });
