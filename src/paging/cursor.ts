import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { DomainError } from '../common/errors.js';

/** Where a page ended: the sort keys of its last row, as text. */
export type CursorPosition = readonly (string | null)[];

/** Names a list with its filters and sort, in whatever order they were given. */
export const cursorScope = (name: string, filters: object) =>
  JSON.stringify([name, Object.entries(filters).toSorted()]);

/**
 * Opaque, tamper-proof cursors, each bound to one list with its filters and sort (`scope`).
 * The secret is shared by every process over the same database.
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

  /** @throws DomainError INVALID_CURSOR for a cursor that was changed or made for another list */
  decode(scope: string, cursor: string): CursorPosition {
    const [payload = '', ...rest] = cursor.split('.');
    const signature = rest.join('.');
    const expected = Buffer.from(this.sign(scope, payload));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new DomainError('INVALID_CURSOR', 'cursor is not valid for this list; start again without it');
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
