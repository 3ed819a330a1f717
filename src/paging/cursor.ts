import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { DomainError } from '../common/errors.js';

/** The position after a page: the sort keys of its last row, as text. */
export type CursorPosition = readonly (string | null)[];

/**
 * Identifies a list with its filters and sort order; the order in which filters are given does not matter.
 */
export const cursorScope = (name: string, filters: object) =>
  JSON.stringify([name, Object.entries(filters).toSorted()]);

/**
 * Encodes and decodes opaque, signed cursors. Each cursor is bound to one list with its filters and sort
 * order (`scope`). All processes that use the same database share the secret, so each accepts cursors issued
 * by the others.
 */
export class CursorCodec {
  private readonly secret: KeyObject;

  constructor(secret: string) {
    this.secret = createSecretKey(secret, 'utf8');
  }

  encode(scope: string, position: CursorPosition): string {
    const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${payload}.${this.sign(scope, payload)}`;
  }

  /** @throws DomainError INVALID_CURSOR if the cursor was modified or belongs to another scope */
  decode(scope: string, cursor: string): CursorPosition {
    const [payload = '', ...rest] = cursor.split('.');
    const signature = rest.join('.');
    const expected = Buffer.from(this.sign(scope, payload));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new DomainError(
        'INVALID_CURSOR',
        'cursor is not valid for this list; request the first page without it',
      );
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as CursorPosition;
  }

  private sign(scope: string, payload: string): string {
    return createHmac('sha256', this.secret)
      .update(scope)
      .update('\0')
      .update(payload)
      .digest('base64url')
      .slice(0, 22);
  }
}
