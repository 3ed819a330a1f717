import { hash } from 'node:crypto';
import { PreconditionFailed } from '../common/errors.js';

/** Returns the strong entity tag of one or more versions, such as `"v3"` or `"v3.1"`. */
export const versionETag = (...versions: readonly number[]) => `"v${versions.join('.')}"`;

/** Returns a strong entity tag for the content: a hash of its JSON. */
export const contentETag = (content: unknown) => `"${hash('sha1', JSON.stringify(content), 'base64url')}"`;

const splitTags = (header: string) => header.split(',').map((tag) => tag.trim());

/** Returns whether `If-None-Match` contains the tag (weak comparison, RFC 9110 13.1.2). */
export function matchesETag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || splitTags(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Checks `If-Match` (strong comparison, RFC 9110 13.1.1). A missing header imposes no condition.
 * @throws PreconditionFailed
 */
export function requireIfMatch(header: string | undefined, etag: string): void {
  if (header === undefined || header.trim() === '*' || splitTags(header).includes(etag)) return;
  throw new PreconditionFailed();
}
