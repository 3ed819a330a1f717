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

/** The first response to a request with an idempotency key, as `findStored` reads it. */
export interface StoredRow {
  request_hash: Buffer;
  status: number;
  /** Null if the response was erased. */
  key_id: string | null;
  response: Buffer | null;
}

/** Returns a statement that finds a stored response. @param id a UUID in the form of `identify` */
export const findStored = (id: string) =>
  `SELECT request_hash, status, key_id, response FROM idempotency_keys WHERE id = '${id}' AND expires_at > now()`;

/** Returns the statement that stores a response for 24 hours. A response that has expired is replaced. */
export const insertStored = (
  { id, teamId, subject }: { id: string; teamId: string | null; subject: string | null },
  { requestHash, status, response }: { requestHash: Buffer; status: number; response: Sealed },
): Statement => ({
  text: `INSERT INTO idempotency_keys (id, team_id, subject, request_hash, status, key_id, response, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '24 hours')
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
