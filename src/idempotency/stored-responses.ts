import type { Sealed } from '../encryption/encryption.js';
import type { SealedTable } from '../encryption/sealed-table.js';
import type { Statement } from '../sql/statement.js';
import type { RawRow, SqlRunner } from '../sql/transaction.js';

/** The table of the stored responses, and its sealed column. */
export const storedResponsesTable = {
  table: 'idempotency_keys',
  idColumn: 'id',
  sealedColumn: 'response',
  keyIdColumn: 'key_id',
  whenKeyIsLost: 'blank',
} as const satisfies SealedTable;

/** The first response to a request with an idempotency key. */
export interface StoredRow {
  requestHash: string;
  status: number;
  /** Null if it was erased. */
  response: Sealed | null;
}

/** Returns the statement that finds a stored response. */
export const findStored = (id: string): Statement => ({
  text: `SELECT encode(request_hash, 'base64'), status, key_id, encode(response, 'base64')
           FROM idempotency_keys WHERE id = $1 AND expires_at > now()`,
  values: [id],
});

export function toStoredRow([requestHash, status, keyId, response]: RawRow): StoredRow {
  const isSealed = keyId && response;
  return {
    requestHash: requestHash ?? '',
    status: Number(status),
    response: isSealed ? { keyId, bytes: Buffer.from(response, 'base64') } : null,
  };
}

/** Returns the statement that stores a response for 24 hours. A response that has expired is replaced. */
export const insertStored = (
  { id, teamId, subject }: { id: string; teamId: string | null; subject: string | null },
  { requestHash, status, response }: { requestHash: string; status: number; response: Sealed },
): Statement => ({
  text: `INSERT INTO idempotency_keys (id, team_id, subject, request_hash, status, key_id, response, expires_at)
         VALUES ($1, $2, $3, decode($4, 'base64'), $5, $6, $7, now() + interval '24 hours')
         ON CONFLICT (id) DO UPDATE SET (subject, request_hash, status, key_id, response, expires_at)
           = ROW (excluded.subject, excluded.request_hash, excluded.status, excluded.key_id, excluded.response, excluded.expires_at)`,
  values: [id, teamId, subject, requestHash, status, response.keyId, response.bytes],
});

/**
 * Erases the stored responses about these subjects (see `markResponseSubject`). A request that is sent again is then
 * refused with 409 instead of being answered from memory or run again.
 */
export async function eraseStoredResponses(
  runner: Pick<SqlRunner, 'rows'>,
  subjects: readonly string[],
): Promise<void> {
  await runner.rows({
    text: 'UPDATE idempotency_keys SET key_id = NULL, response = NULL WHERE subject = ANY ($1::uuid[])',
    values: [subjects],
  });
}

const deleteBatch = `WITH expired AS (SELECT id FROM idempotency_keys WHERE expires_at <= now() LIMIT 1000
    FOR UPDATE SKIP LOCKED)
  DELETE FROM idempotency_keys k USING expired WHERE k.id = expired.id RETURNING 1`;

/** Deletes the responses that have expired, in batches, so that nothing waits for long. */
export async function deleteExpiredResponses(runner: Pick<SqlRunner, 'rows'>): Promise<void> {
  let deleted: RawRow[];
  do deleted = await runner.rows({ text: deleteBatch, values: [] });
  while (deleted.length > 0);
}
