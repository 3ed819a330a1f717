import { validate as isUuid } from 'uuid';
import { DomainError, ValidationFailed } from '../common/errors.js';
import { isObject } from '../validation/checks.js';
import { normalizeName } from '../validation/identifiers.js';
import { parseJsonBody } from '../http/json-body.js';
import type { Line, Listing, LocateField } from './lines.js';
import { fieldError } from '../common/field-path.js';

/** Maximum length of a line, the same as that of the request body when a single offer is created. */
export const maxLineBytes = 1_048_576;

/** A parsed line. Its members are validated after its offer has been looked up. */
export interface BulkRow {
  line: number;
  body: Record<string, unknown>;
  id?: string;
  sku?: string;
  externalId?: string;
  /** For a row of a file. */
  locate?: LocateField;
  listing?: Listing;
}

/** The result of one line. */
export interface BulkOutcome {
  line: number;
  result: 'created' | 'updated' | 'unchanged' | 'failed';
  id?: string;
  sku?: string;
  externalId?: string;
  version?: number;
  cause?: unknown;
  /** For a row of a file whose `cause` may concern its cells. */
  locate?: LocateField;
}

/**
 * Parses a line. `idName` is the member with the ID. @throws DomainError MALFORMED_JSON or PAYLOAD_TOO_LARGE; ValidationFailed if it is not an
 * object
 */
export function parseRow(line: Line, idName = 'id'): BulkRow {
  const body = line.body ?? parseLine(line);
  const { [idName]: id, sku, externalId } = body;
  const row: BulkRow = { line: line.number, body };
  if (line.locate) row.locate = line.locate;
  if (line.listing) row.listing = line.listing;
  if (typeof id === 'string' && isUuid(id)) row.id = id.toLowerCase();
  const ownSku = typeof sku === 'string' ? normalizeName(sku) : '';
  const ownExternalId = typeof externalId === 'string' ? normalizeName(externalId) : '';
  if (ownSku !== '') row.sku = ownSku;
  if (ownExternalId !== '') row.externalId = ownExternalId;
  return row;
}

function parseLine({ bytes }: Line): Record<string, unknown> {
  if (!bytes)
    throw new DomainError('PAYLOAD_TOO_LARGE', `The line must not be longer than ${maxLineBytes} bytes`);
  const body = parseJsonBody(bytes);
  if (!isObject(body)) throw new ValidationFailed([fieldError([], 'type', 'must be a JSON object')]);
  return body as Record<string, unknown>;
}

export function outcomeOf(
  { line, sku, externalId }: BulkRow,
  result: Exclude<BulkOutcome['result'], 'failed'>,
  { id, version }: { id: string; version: number },
): BulkOutcome {
  return { line, result, id, sku, externalId, version };
}

export const failedOutcome = (
  { line, id, sku, externalId, locate }: BulkRow,
  cause: unknown,
): BulkOutcome => ({
  line,
  result: 'failed',
  id,
  sku,
  externalId,
  cause,
  ...(locate && { locate }),
});
