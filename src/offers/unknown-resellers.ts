import { ValidationFailed } from '../common/errors.js';
import type { Statement } from '../sql/statement.js';
import type { SqlRunner } from '../sql/transaction.js';
import { isObject } from '../validation/checks.js';
import { idsAt, unknownId, unknownIdErrors } from '../validation/unknown-ids.js';
import { isReseller } from './offer-visibility.js';

const subject = 'a reseller';

export const unknownResellersError = (indexes: readonly number[]) =>
  new ValidationFailed(indexes.map((index) => unknownId(['allowedResellers', index], subject)));

/** Selects those of the IDs that belong to resellers. */
export const resellersAmong = (ids: readonly string[]): Statement => ({
  text: `SELECT id FROM teams WHERE id = ANY($1::uuid[]) AND ${isReseller}`,
  values: [ids],
});

/** The body of an offer, and the error that it caused. */
interface FailedBody {
  body: unknown;
  cause: unknown;
}

/**
 * Adds the unknown IDs in `allowedResellers` to the errors of invalid bodies, so that clients get all errors at once.
 * Valid bodies are checked by the statement that writes them. Returns the errors in the same order.
 */
export async function addUnknownResellers(
  runner: SqlRunner,
  failures: readonly FailedBody[],
): Promise<unknown[]> {
  const given = failures.map(({ body, cause }) =>
    cause instanceof ValidationFailed && isObject(body) && 'allowedResellers' in body
      ? idsAt(['allowedResellers'], body.allowedResellers, cause.errors)
      : [],
  );
  const ids = [...new Set(given.flat().map(({ id }) => id))];
  const known = new Set(ids.length > 0 ? (await runner.rows(resellersAmong(ids))).map(([id]) => id) : []);
  return failures.map(({ cause }, index) => {
    const unknown = unknownIdErrors(given[index] ?? [], known, subject);
    return cause instanceof ValidationFailed && unknown.length > 0
      ? new ValidationFailed([...cause.errors, ...unknown])
      : cause;
  });
}

/** Validates the body of an offer. @throws ValidationFailed listing every invalid field, unknown resellers included */
export async function reportAll<T>(runner: SqlRunner, body: unknown, parse: () => T): Promise<T> {
  try {
    return parse();
  } catch (cause) {
    const [error] = await addUnknownResellers(runner, [{ body, cause }]);
    throw error;
  }
}
