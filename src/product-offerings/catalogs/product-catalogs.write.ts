import { In, type EntityManager } from 'typeorm';
import { Conflict, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { Team } from '../../teams/team.entity.js';
import { idsAt, unknownId } from '../../validation/unknown-ids.js';
import type { ValidationResult } from '../../validation/validate.js';
import { ProductOffering } from '../product-offering.entity.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import type { CreateProductCatalog } from './product-catalogs.dto.js';

/**
 * Serializes changes to a team's catalogs, because two concurrent changes could both try to set the default
 * catalog.
 */
export async function lockCatalogsOfTeam(manager: EntityManager, teamId: string): Promise<void> {
  await manager.findOne(Team, { where: { id: teamId }, lock: { mode: 'for_no_key_update' } });
}

/**
 * Returns the validated body if its product offerings exist and have the customer type of the catalog.
 * @throws ValidationFailed listing every invalid field, and the product offerings that the catalog cannot contain
 */
export async function checkItems(
  manager: EntityManager,
  teamId: string,
  { value, errors }: ValidationResult<CreateProductCatalog>,
): Promise<CreateProductCatalog> {
  const ids = idsAt(['productOfferingIds'], value.productOfferingIds, errors);
  const offerings = await manager.find(ProductOffering, {
    select: { id: true, customerType: true },
    where: { teamId, id: In(ids.map(({ id }) => id)) },
  });
  const customerTypes = new Map(offerings.map(({ id, customerType }) => [id, customerType]));
  const { customerType } = value;
  const hasCustomerType = !errors.some(({ field }) => field === 'customerType');
  for (const { id, path } of ids)
    if (!customerTypes.has(id)) errors.push(unknownId(path, 'one of your product offerings'));
    else if (hasCustomerType && customerTypes.get(id) !== customerType)
      errors.push(
        fieldError(path, 'customer_type', `must refer to a product offering for ${customerType} customers`),
      );
  if (errors.length > 0) throw new ValidationFailed(errors);
  return value;
}

/**
 * Stores a catalog with `store` and replaces its items. If the catalog is the default, it replaces the
 * previous default.
 */
export async function writeCatalog(
  manager: EntityManager,
  catalog: ProductCatalog,
  productOfferingIds: readonly string[],
  store: () => Promise<unknown>,
): Promise<void> {
  if (catalog.isDefault) await clearPreviousDefault(manager, catalog);
  await store();
  await recordDefaultSince(manager, catalog);
  await replaceItems(manager, catalog, productOfferingIds);
}

async function clearPreviousDefault(
  manager: EntityManager,
  { id, teamId, customerType, updatedAt }: ProductCatalog,
): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(ProductCatalog)
    .set({ isDefault: false, version: () => 'version + 1', updatedAt })
    .where({ teamId, customerType, isDefault: true })
    .andWhere('id <> :id', { id })
    .execute();
}

/**
 * Updates `default_since` after a change of the team's default catalogs. A new default takes over the time of
 * the previous one, so that replacing a default catalog does not change which provider comes first.
 */
async function recordDefaultSince(manager: EntityManager, { teamId }: ProductCatalog): Promise<void> {
  await manager.query(
    `UPDATE product_catalogs c
        SET default_since = CASE WHEN c.is_default THEN coalesce(
              (SELECT min(other.default_since) FROM product_catalogs other
                WHERE other.team_id = $1 AND other.customer_type = c.customer_type),
              now()) END
      WHERE c.team_id = $1 AND c.is_default <> (c.default_since IS NOT NULL)`,
    [teamId],
  );
}

async function replaceItems(
  manager: EntityManager,
  { id: productCatalogId, teamId }: ProductCatalog,
  productOfferingIds: readonly string[],
): Promise<void> {
  const rows = productOfferingIds.map((productOfferingId, position) => ({
    productCatalogId,
    teamId,
    position,
    productOfferingId,
  }));
  await manager.delete(ProductCatalogItem, { productCatalogId });
  if (rows.length === 0) return;
  const deleted = () => new Conflict('A product offering was deleted at the same time; try again');
  await translateConstraintErrors({ product_catalog_items_offering_fk: deleted }, () =>
    manager.insert(ProductCatalogItem, rows),
  );
}
