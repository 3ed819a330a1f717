import { In, type EntityManager } from 'typeorm';
import { NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Team } from '../../teams/team.entity.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import { ProductOffering } from '../product-offering.entity.js';

/**
 * Makes sure that the product offerings are the team's own and for the catalog's customers.
 * @throws NotFound, ValidationFailed
 */
export async function requireItems(
  tx: EntityManager,
  { teamId, customerType }: ProductCatalog,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const select = { id: true, customerType: true } as const;
  const found = await tx.find(ProductOffering, { select, where: { teamId, id: In(ids) } });
  if (found.length < ids.length) throw new NotFound('Product offering');
  const fitting = new Set(found.filter((each) => each.customerType === customerType).map(({ id }) => id));
  const errors = ids.flatMap((id, index) =>
    fitting.has(id)
      ? []
      : [fieldError(['productOfferingIds', index], 'customer_type', `is not for ${customerType} customers`)],
  );
  if (errors.length > 0) throw new ValidationFailed(errors);
}

/** Puts the items in the place of those before. */
export async function keepItems(
  tx: EntityManager,
  { id: productCatalogId, teamId }: ProductCatalog,
  ids: readonly string[],
): Promise<void> {
  const rows = ids.map((productOfferingId, position) => ({
    productCatalogId,
    teamId,
    position,
    productOfferingId,
  }));
  await tx.delete(ProductCatalogItem, { productCatalogId });
  if (rows.length > 0) await tx.insert(ProductCatalogItem, rows);
}

/** Lets one change of the team's catalogs happen at a time, as each may take the default from another. */
export async function oneAtATime(tx: EntityManager, teamId: string): Promise<void> {
  await tx.findOne(Team, { where: { id: teamId }, lock: { mode: 'for_no_key_update' } });
}

/** Takes the default away from the catalog that has it. */
export async function takeDefault(
  tx: EntityManager,
  { id, teamId, customerType }: ProductCatalog,
): Promise<void> {
  await tx
    .createQueryBuilder()
    .update(ProductCatalog)
    .set({ isDefault: false, version: () => 'version + 1', updatedAt: new Date() })
    .where({ teamId, customerType, isDefault: true })
    .andWhere('id <> :id', { id })
    .execute();
}
