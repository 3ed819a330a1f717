import { validate as isUuid } from 'uuid';
import type { EntityManager, EntityTarget, FindOptionsWhere } from 'typeorm';
import type { DomainError } from '../common/errors.js';

/** A row that belongs to a team. */
export interface OwnedRow {
  id: string;
  teamId: string;
}

/**
 * Reads a row of the team and locks it until the end of the transaction. A malformed ID, an unknown ID and an
 * ID that belongs to another team are all `missing`. The mode `for_no_key_update` still lets other rows refer
 * to this one.
 * @throws the error that `missing` returns
 */
export async function lockOwn<T extends OwnedRow>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  { teamId, id }: { teamId: string; id: string },
  missing: () => DomainError,
  mode: 'pessimistic_write' | 'for_no_key_update' = 'pessimistic_write',
): Promise<T> {
  const where = { id, teamId } as FindOptionsWhere<T>;
  const row = isUuid(id) ? await manager.findOne(entity, { where, lock: { mode } }) : null;
  if (!row) throw missing();
  return row;
}
