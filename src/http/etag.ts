import { createHash } from 'node:crypto';
import { PreconditionFailed } from '../common/errors.js';

/** The strong entity tag of a version, such as `"v3"`. */
export const versionETag = (...versions: readonly number[]) => `"v${versions.join('.')}"`;

/** The entity tag of a page, by all that makes it what it is. */
export const contentETag = (parts: unknown) =>
  `"${createHash('sha1').update(JSON.stringify(parts)).digest('base64url')}"`;

const tags = (header: string) => header.split(',').map((tag) => tag.trim());

/** Whether `If-None-Match` names the tag (weak comparison, RFC 9110 13.1.2), so that 304 is the answer. */
export function matchesETag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || tags(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Checks `If-Match` (strong comparison, RFC 9110 13.1.1); absent means no condition.
 * @throws PreconditionFailed
 */
export function requireIfMatch(header: string | undefined, etag: string): void {
  if (header === undefined || header.trim() === '*' || tags(header).includes(etag)) return;
  throw new PreconditionFailed();
}
