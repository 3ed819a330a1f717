import type { EntityManager } from 'typeorm';
import { Conflict } from '../common/errors.js';
import { Duplicate } from '../sql/duplicate.js';

/** The error for an `external_ref` that another object of the team has. */
export const externalRefTaken = (
  kind: 'product' | 'plan' | 'offering',
  teamId: string,
  ref: string | null | undefined,
) =>
  new Duplicate(`The external_ref ${ref} is already used by another ${kind}`, {
    text: `SELECT id FROM ${kind}s WHERE team_id = $1 AND md5(external_ref) = md5($2) AND external_ref = $2`,
    values: [teamId, ref],
  });

/**
 * Rejects deleting a product or plan of which an offering contains a snapshot. Queries the snapshots by table
 * name, because the offerings folder imports the folders of products and plans.
 * @throws Conflict listing up to 100 of the offerings
 */
export async function requireNotInOfferings(
  manager: EntityManager,
  kind: 'product' | 'plan',
  id: string,
): Promise<void> {
  const rows: { offering_id: string }[] = await manager.query(
    `SELECT offering_id FROM offering_${kind}s WHERE origin_id = $1 ORDER BY offering_id LIMIT 100`,
    [id],
  );
  if (rows.length > 0)
    throw new Conflict(`The ${kind} is part of an offering; remove it from the offering first`, {
      offering_ids: rows.map((row) => row.offering_id),
    });
}
