import { hash } from 'node:crypto';
import { PreconditionFailed } from '../common/errors.js';

/** Returns the strong entity tag of one or more versions, such as `"v3"` or `"v3.1"`. */
export const versionETag = (...versions: readonly number[]) => `"v${versions.join('.')}"`;

/**
 * Returns the entity tag of a resource under the address in the path. An address other than the ID can pass to another
 * resource, so the tag then contains the ID, as in `"v3-0190…"`.
 */
export const addressETag = (path: string, id: string, ...versions: readonly number[]) =>
  path.toLowerCase() === id ? versionETag(...versions) : tagWithId(id, versions);

/** Returns the entity tags of a resource under its ID and under its other addresses. */
export const allETags = (id: string, ...versions: readonly number[]) => [
  versionETag(...versions),
  tagWithId(id, versions),
];

const tagWithId = (id: string, versions: readonly number[]) => `"v${versions.join('.')}-${id}"`;

/** Returns a strong entity tag for the content: a hash of its JSON. */
export const contentETag = (content: unknown) => bytesETag(JSON.stringify(content));

/** Returns a strong entity tag for content in any form that determines it. */
export const bytesETag = (content: string | Buffer) => `"${hash('sha1', content, 'base64url')}"`;

/**
 * Returns the entity tag of the same content packed with gzip: a strong tag stands for certain bytes, so each encoding has
 * its own (RFC 9110 8.8.3.3). The plus sign occurs in no other tag.
 */
export const packedETag = (etag: string) => (etag.startsWith('"') ? etag.replace(/"$/, '+gzip"') : etag);

const withPacked = (etags: readonly string[]) => etags.flatMap((etag) => [etag, packedETag(etag)]);

const splitTags = (header: string) => header.split(',').map((tag) => tag.trim());

/** Returns whether `If-None-Match` contains the tag (weak comparison, RFC 9110 13.1.2). */
export function matchesETag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || splitTags(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Checks `If-Match` (strong comparison, RFC 9110 13.1.1), which must contain one of the tags, in any encoding. A
 * missing header imposes no condition.
 * @throws PreconditionFailed
 */
export function requireIfMatch(header: string | undefined, ...etags: readonly string[]): void {
  if (header === undefined || header.trim() === '*') return;
  const given = splitTags(header);
  if (!withPacked(etags).some((etag) => given.includes(etag))) throw new PreconditionFailed();
}

/** The conditions of a PUT: its headers. */
export interface PutConditions {
  ifMatch?: string;
  ifNoneMatch?: string;
}

/**
 * Checks `If-Match` and `If-None-Match` of a PUT (RFC 9110 13.2.2).
 * @param etags the tags of the resource; empty if it does not exist
 * @throws PreconditionFailed
 */
export function requirePutConditions(
  { ifMatch, ifNoneMatch }: PutConditions,
  etags: readonly string[],
): void {
  if (etags.length > 0) requireIfMatch(ifMatch, ...etags);
  else if (ifMatch !== undefined)
    throw new PreconditionFailed('The resource does not exist; omit If-Match to create it');
  if (withPacked(etags).some((etag) => matchesETag(ifNoneMatch, etag)))
    throw new PreconditionFailed('The resource exists already; omit If-None-Match to replace it');
}
