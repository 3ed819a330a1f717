import { sealContext, type Encryption, type Sealed } from '../../encryption/encryption.js';
import type { SealedTable } from '../../encryption/sealed-table.js';
import { signingKeys, type SigningKeys } from '../signature.js';

/** What is encrypted of an endpoint. */
export interface EndpointSecrets {
  /** Signs requests; `whsec_` and base64. */
  secret: string;
  /** Signs as well until `previous_secret_until`, if the secret was rotated. */
  previousSecret?: string;
  /** Custom headers of requests, by their name in lowercase. */
  headers: Record<string, string>;
}

/** If the key is lost, the endpoint cannot sign until its secret is rotated. */
export const sealedEndpointsTable = {
  table: 'webhook_endpoints',
  idColumn: 'id',
  sealedColumn: 'sealed',
  keyIdColumn: 'data_key_id',
  whenKeyIsLost: 'blank',
} as const satisfies SealedTable;

const contextOf = (id: string) =>
  sealContext(sealedEndpointsTable.table, sealedEndpointsTable.sealedColumn, id);

/** Encrypts the secrets of an endpoint. @throws DomainError UNAVAILABLE if no data key is configured */
export const sealEndpoint = (encryption: Encryption, id: string, secrets: EndpointSecrets): Sealed =>
  encryption.seal(secrets, contextOf(id));

/**
 * Decrypts the secrets of an endpoint.
 * @param columns `sealed` as bytes, or in the form of Postgres: hexadecimal digits after `\x`
 * @returns null if they were encrypted with a key that is lost
 * @throws DomainError UNAVAILABLE if the key is not configured
 */
export function openEndpoint(
  encryption: Encryption,
  id: string,
  { sealed, keyId }: { sealed: Buffer | string | null; keyId: string | null },
): EndpointSecrets | null {
  if (sealed === null || keyId === null) return null;
  const bytes = typeof sealed === 'string' ? Buffer.from(sealed.slice(2), 'hex') : sealed;
  return encryption.open<EndpointSecrets>({ keyId, bytes }, contextOf(id));
}

/** The secrets of an endpoint in the form in which each request needs them. */
export interface PreparedSecrets {
  secret: SigningKeys;
  previousSecret: SigningKeys | undefined;
  /** Names and values of the custom headers, in turn. */
  headers: readonly string[];
}

export const prepareSecrets = ({ secret, previousSecret, headers }: EndpointSecrets): PreparedSecrets => ({
  secret: signingKeys(secret),
  previousSecret: previousSecret === undefined ? undefined : signingKeys(previousSecret),
  headers: Object.entries(headers).flat(),
});

/** Returns the secrets, or their keys, that sign a request at the time `now`, the newest first. */
export const signingSecrets = <T>(
  { secret, previousSecret }: { secret: T; previousSecret?: T | undefined },
  previousSecretUntil: Date | null,
  now: Date,
): [T, ...T[]] =>
  previousSecret !== undefined && previousSecretUntil && previousSecretUntil > now
    ? [secret, previousSecret]
    : [secret];
