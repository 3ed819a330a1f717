import { validate as isUuid } from 'uuid';
import { DomainError, ValidationFailed } from '../../common/errors.js';
import { isObject } from '../../validation/checks.js';
import { normalizeName } from '../../validation/identifiers.js';
import { parseJsonBody } from '../../http/json-body.js';
import type { Line } from './lines.js';
import { fieldError } from '../../common/field-path.js';

/** Maximum length of a line, the same as that of the request body when a single offer is created. */
export const maxLineBytes = 1_048_576;

/** A parsed line. Its members are validated after its offer has been looked up. */
export interface BulkRow {
  line: number;
  body: Record<string, unknown>;
  id?: string;
  sku?: string;
  externalId?: string;
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
}

/**
 * Parses a line. @throws DomainError MALFORMED_JSON or PAYLOAD_TOO_LARGE; ValidationFailed if it is not an
 * object
 */
export function parseRow({ number, bytes }: Line): BulkRow {
  if (!bytes)
    throw new DomainError('PAYLOAD_TOO_LARGE', `The line must not be longer than ${maxLineBytes} bytes`);
  const body = parseJsonBody(bytes);
  if (!isObject(body)) throw new ValidationFailed([fieldError([], 'type', 'must be a JSON object')]);
  const { id, sku, externalId } = body as Record<string, unknown>;
  const row: BulkRow = { line: number, body: body as Record<string, unknown> };
  if (typeof id === 'string' && isUuid(id)) row.id = id.toLowerCase();
  const ownSku = typeof sku === 'string' ? normalizeName(sku) : '';
  const ownExternalId = typeof externalId === 'string' ? normalizeName(externalId) : '';
  if (ownSku !== '') row.sku = ownSku;
  if (ownExternalId !== '') row.externalId = ownExternalId;
  return row;
}
