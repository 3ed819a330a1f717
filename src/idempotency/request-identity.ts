import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import '../teams/caller.js';

/** Identifies a request with an idempotency key. */
export interface RequestIdentity {
  /** A UUID made of the team, the method, the path and the key. */
  id: string;
  /** The number of the lock that claims the key. */
  lock: bigint;
  /** The calling team; null for the admin. */
  teamId: string | null;
  /** A hash of the method, path, query string and body. */
  requestHash: Buffer;
}

const keyFormat = /^[\x21-\x7e]{1,255}$/;

/** @throws ValidationFailed if the key does not have the right format */
export function identify({ headers, method, url, caller, bodyHash }: FastifyRequest): RequestIdentity {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || !keyFormat.test(key))
    throw new ValidationFailed([
      fieldError(['Idempotency-Key'], 'format', 'must be 1 to 255 visible ASCII characters without spaces'),
    ]);
  const teamId = caller?.id ?? null;
  const [path, query = ''] = splitOnce(url, '?');
  const scope = sha256(JSON.stringify([teamId ?? 'admin', method, path, key]));
  return {
    id: toUuid(scope),
    lock: scope.readBigInt64BE(16),
    teamId,
    requestHash: sha256(JSON.stringify([method, path, query, bodyHash ?? ''])),
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

const toUuid = (hash: Buffer) =>
  hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
