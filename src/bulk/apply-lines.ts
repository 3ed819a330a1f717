import type { EntityManager, EntityTarget } from 'typeorm';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { findAddressed, lockAddress, type AddressedKind, type AddressedRow } from '../sql/addressed-row.js';
import type { Sql } from '../sql/sql.js';
import type { Transaction } from '../sql/transaction.js';
import { unknownId } from '../validation/unknown-ids.js';
import { batchLines, parseBatch } from './bulk-batches.js';
import { failedOutcome, maxLineBytes, outcomeOf, type BulkOutcome, type BulkRow } from './bulk-row.js';
import { endWithFailure, splitLines } from './lines.js';

/*
 * Bulk uploads of objects that are written one by one: each line is a transaction, so it succeeds or fails
 * independently, and lines are applied in order.
 */

/** What a line did. `isNew` and `hasChanged` describe the object. */
export interface AppliedLine {
  id: string;
  version: number;
  isNew: boolean;
  hasChanged: boolean;
}

/** Yields one outcome for each non-blank line, in line order. `idName` is the member of a line with the ID. */
export async function* applyLines(
  chunks: AsyncIterable<Buffer>,
  idName: string,
  apply: (row: BulkRow) => Promise<BulkOutcome>,
): AsyncGenerator<BulkOutcome[]> {
  for await (const lines of batchLines(endWithFailure(splitLines(chunks, maxLineBytes)))) {
    const { rows, outcomes } = parseBatch(lines, idName);
    for (const row of rows)
      outcomes.push(await apply(row).catch((cause: unknown) => failedOutcome(row, cause)));
    yield outcomes.toSorted((a, b) => a.line - b.line);
  }
}

/** Applies a line in a transaction. A dry run rolls it back. @throws the errors of `work` */
export async function applyRow(
  sql: Sql,
  row: BulkRow,
  dryRun: boolean,
  work: (tx: Transaction) => Promise<AppliedLine>,
): Promise<BulkOutcome> {
  const toOutcome = ({ isNew, hasChanged, ...object }: AppliedLine) =>
    outcomeOf(row, isNew ? 'created' : hasChanged ? 'updated' : 'unchanged', object);
  if (!dryRun) return toOutcome(await sql.transaction(work));
  try {
    return await sql.transaction(async (tx) => {
      throw new RolledBack(await work(tx));
    });
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
    const { id, ...outcome } = toOutcome(cause.applied);
    return cause.applied.isNew ? outcome : { ...outcome, id };
  }
}

class RolledBack extends Error {
  constructor(readonly applied: AppliedLine) {
    super('Dry run');
  }
}

/**
 * Finds and locks the object of a line by its ID, otherwise by its SKU, otherwise by its external ID; undefined if the
 * line creates it.
 * @param errorsOf returns the other errors of the line
 * @throws ValidationFailed if the line does not say which object it means; Conflict if several objects match
 */
export async function findRowObject<T extends AddressedRow>(
  tx: { manager: EntityManager } & Pick<Transaction, 'rows'>,
  entity: EntityTarget<T>,
  { teamId, kind, idName }: { teamId: string; kind: AddressedKind; idName: string },
  { id, sku, externalId }: BulkRow,
  errorsOf: () => readonly FieldError[],
): Promise<T | undefined> {
  const target = { teamId, kind };
  const found =
    id === undefined
      ? undefined
      : await findAddressed(
          tx.manager,
          entity,
          { ...target, address: { field: 'id', value: id } },
          'for_no_key_update',
        );
  if (found) return found;
  const hasSku = kind.fields.includes('sku');
  const [field, value] =
    hasSku && sku !== undefined ? (['sku', sku] as const) : (['externalId', externalId] as const);
  if (value === undefined) {
    const missing =
      id === undefined
        ? fieldError([hasSku ? 'sku' : 'externalId'], 'required', requiredKey(hasSku))
        : unknownId([idName], `one of your ${kind.plural}`);
    throw new ValidationFailed([missing, ...errorsOf()]);
  }
  const address = { field, value };
  await tx.rows(lockAddress(kind, teamId, address));
  return findAddressed(tx.manager, entity, { ...target, address }, 'for_no_key_update');
}

const requiredKey = (hasSku: boolean) =>
  `${hasSku ? 'or externalId is' : 'is'} required, so that later imports can find the object`;
