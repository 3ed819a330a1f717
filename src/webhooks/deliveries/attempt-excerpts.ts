import { sealContext, type Encryption, type Sealed } from '../../encryption/encryption.js';
import type { SealedTable } from '../../encryption/sealed-table.js';

/** The beginning of each response, which can repeat personal data of a request. If the key is lost, so is the text. */
export const sealedAttemptsTable = {
  table: 'webhook_attempts',
  idColumn: 'id',
  sealedColumn: 'sealed',
  keyIdColumn: 'data_key_id',
  whenKeyIsLost: 'blank',
} as const satisfies SealedTable;

const contextOf = (id: string) =>
  sealContext(sealedAttemptsTable.table, sealedAttemptsTable.sealedColumn, id);

/** Encrypts the beginning of a response. @throws DomainError UNAVAILABLE if no data key is configured */
export const sealExcerpt = (encryption: Encryption, attemptId: string, excerpt: string): Sealed =>
  encryption.seal(excerpt, contextOf(attemptId));

/**
 * Decrypts the beginning of a response.
 * @param sealed as Postgres writes it: hexadecimal digits after `\x`
 * @returns null if the response was empty, or the key is lost
 * @throws DomainError UNAVAILABLE if the key is not configured
 */
export const openExcerpt = (
  encryption: Encryption,
  attemptId: string,
  { sealed, keyId }: { sealed: string | null; keyId: string | null },
): string | null =>
  sealed === null || keyId === null
    ? null
    : encryption.open<string>({ keyId, bytes: Buffer.from(sealed.slice(2), 'hex') }, contextOf(attemptId));
