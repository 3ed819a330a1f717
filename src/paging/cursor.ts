import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { DomainError } from '../common/errors.js';

/** The position after a page: the sort keys of its last row, as text. */
export type CursorPosition = readonly (string | null)[];

/**
 * Identifies a list with its filters and sort order; the order in which filters are given does not matter.
 */
export function cursorScope(name: string, filters: object): string {
  const values = filters as Record<string, unknown>;
  const sorted = Object.keys(values)
    .toSorted()
    .map((filter) => [filter, values[filter]]);
  return JSON.stringify([name, sorted]);
}

const ivLength = 16;
const cipher = 'aes-256-ctr';

/**
 * Encodes and decodes opaque cursors. Each cursor is bound to one list with its filters and sort order
 * (`scope`), and can neither be changed nor read: it can contain sort keys and corrected words that the response
 * does not show. Equal positions have equal cursors, because ETags depend on them, so the initialization vector
 * is derived from the content (as in SIV, RFC 5297). All processes that use the same database share the secret,
 * so each accepts cursors issued by the others.
 */
export class CursorCodec {
  private readonly signingKey: KeyObject;
  private readonly encryptionKey: KeyObject;

  constructor(secret: string) {
    const derive = (use: string) => createSecretKey(createHmac('sha256', secret).update(use).digest());
    this.signingKey = derive('cursor signature');
    this.encryptionKey = derive('cursor encryption');
  }

  encode(scope: string, position: CursorPosition): string {
    const content = Buffer.from(JSON.stringify(position));
    const iv = this.sign(scope, content);
    const encrypted = createCipheriv(cipher, this.encryptionKey, iv).update(content);
    return Buffer.concat([iv, encrypted]).toString('base64url');
  }

  /**
   * @param name of the parameter, for the error
   * @throws DomainError INVALID_CURSOR if the cursor was modified or belongs to another scope
   */
  decode(scope: string, cursor: string, name = 'cursor'): CursorPosition {
    const bytes = Buffer.from(cursor, 'base64url');
    const iv = bytes.subarray(0, ivLength);
    const isComplete = iv.length === ivLength && bytes.toString('base64url') === cursor;
    const content = isComplete
      ? createDecipheriv(cipher, this.encryptionKey, iv).update(bytes.subarray(ivLength))
      : undefined;
    if (!content || !timingSafeEqual(this.sign(scope, content), iv))
      throw new DomainError(
        'INVALID_CURSOR',
        `${name} is not valid for this list; request the first page without it`,
      );
    return JSON.parse(content.toString()) as CursorPosition;
  }

  private sign(scope: string, content: Buffer): Buffer {
    return createHmac('sha256', this.signingKey)
      .update(scope)
      .update('\0')
      .update(content)
      .digest()
      .subarray(0, ivLength);
  }
}
