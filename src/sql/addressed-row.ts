import { validate as isUuid } from 'uuid';
import {
  Raw,
  type EntityManager,
  type EntityTarget,
  type FindOperator,
  type FindOptionsWhere,
} from 'typeorm';
import { Conflict, NotFound } from '../common/errors.js';
import { isStorable } from '../common/storable-text.js';
import type { OwnedRow } from './own-row.js';
import type { Statement } from './statement.js';

/** A column by which to find a row, and its value. */
export interface RowAddress {
  field: 'id' | 'sku' | 'externalId';
  value: string;
}

/** The kind of a resource, for messages, and the columns by which its rows can be found. */
export interface AddressedKind {
  singular: string;
  plural: string;
  fields: readonly RowAddress['field'][];
  /** Whether a SKU can be too long for an index, which then contains its MD5 hash. */
  hashesSkus?: boolean;
}

/** A row that can be found by several columns. */
export interface AddressedRow extends OwnedRow {
  name: string;
  sku?: string | null;
  createdAt: Date;
}

/** The object does not exist or belongs to another team. The error also says if objects of the kind have no SKU. */
export const addressNotFound = (
  { singular, plural, fields }: AddressedKind,
  address?: RowAddress,
): NotFound =>
  address?.field === 'sku' && !fields.includes('sku')
    ? new NotFound(singular, `${plural} have no SKU; use the ID, or \`ext:\` and the external ID`)
    : new NotFound(singular);

/** Returns whether any row can have this address. Other values must not be sent to the database. */
export const isPossible = ({ fields }: AddressedKind, { field, value }: RowAddress): boolean =>
  field === 'id' ? isUuid(value) : fields.includes(field) && value !== '' && isStorable(value);

/** The largest number of candidates that an error lists. */
export const maxCandidates = 10;

/** Several objects have the SKU or external ID. */
export function ambiguousAddress(
  { plural }: AddressedKind,
  { field, value }: RowAddress,
  candidates: readonly { id: string; name: string; sku?: string | null }[],
): Conflict {
  const label = field === 'sku' ? 'SKU' : 'external ID';
  return new Conflict(
    `Several ${plural} of your team have the ${label} ${value}; use the ID of one of them`,
    {
      candidates: candidates.map(({ id, name, sku }) => ({
        id,
        name,
        ...(sku === undefined ? {} : { sku }),
      })),
    },
  );
}

/**
 * Reads the team's row with the address; undefined if there is none. With a mode, it is locked until the end of the
 * transaction.
 * @throws Conflict if several rows have the SKU or external ID
 */
export async function findAddressed<T extends AddressedRow>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  { teamId, address, kind }: { teamId: string; address: RowAddress; kind: AddressedKind },
  mode?: 'pessimistic_write' | 'for_no_key_update',
): Promise<T | undefined> {
  if (!isPossible(kind, address)) return undefined;
  const rows = await manager.find(entity, {
    where: { teamId, [address.field]: conditionOf(kind, address) } as unknown as FindOptionsWhere<T>,
    order: { createdAt: 'ASC', id: 'ASC' } as never,
    take: maxCandidates,
    ...(mode ? { lock: { mode } } : {}),
  });
  if (rows.length > 1) throw ambiguousAddress(kind, address, rows);
  return rows[0];
}

const conditionOf = ({ hashesSkus }: AddressedKind, { field, value }: RowAddress) =>
  field === 'sku' && hashesSkus ? equalsHashed(value) : value;

/** Compares a column with a value by means of an index that contains the MD5 hash of the column. */
export const equalsHashed = (value: string): FindOperator<string> =>
  Raw((column) => `md5(${column}) = md5(:hashed) AND ${column} = :hashed`, { hashed: value });

/** Reads and locks the team's row with the address. @throws NotFound; Conflict if several rows have it */
export async function lockAddressed<T extends AddressedRow>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  target: { teamId: string; address: RowAddress; kind: AddressedKind },
  mode: 'pessimistic_write' | 'for_no_key_update' = 'pessimistic_write',
): Promise<T> {
  const row = await findAddressed(manager, entity, target, mode);
  if (!row) throw addressNotFound(target.kind, target.address);
  return row;
}

/**
 * Locks an address of the team that no row may have yet until the end of the transaction, for others that lock it too:
 * of two requests that create the same object, the second one finds it.
 */
export const lockAddress = (
  { plural }: AddressedKind,
  teamId: string,
  { field, value }: RowAddress,
): Statement => ({
  text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`${plural} ${teamId} ${field} ${value}`],
});
