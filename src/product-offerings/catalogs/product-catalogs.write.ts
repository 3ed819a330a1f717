import { In, type EntityManager } from 'typeorm';
import { NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Team } from '../../teams/team.entity.js';
import { ProductOffering } from '../product-offering.entity.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';

/**
 * Serializes changes to a team's catalogs, because two concurrent changes could both try to set the default
 * catalog.
 */
export async function lockCatalogsOfTeam(manager: EntityManager, teamId: string): Promise<void> {
  await manager.findOne(Team, { where: { id: teamId }, lock: { mode: 'for_no_key_update' } });
}

/**
 * Stores a catalog with `store` and replaces its items. If the catalog is the default, it replaces the
 * previous default.
 * @throws NotFound for a product offering that the team does not own; ValidationFailed for one with another
 * customer type
 */
export async function writeCatalog(
  manager: EntityManager,
  catalog: ProductCatalog,
  productOfferingIds: readonly string[],
  store: () => Promise<unknown>,
): Promise<void> {
  await checkItems(manager, catalog, productOfferingIds);
  if (catalog.isDefault) await clearPreviousDefault(manager, catalog);
  await store();
  await recordDefaultSince(manager, catalog);
  await replaceItems(manager, catalog, productOfferingIds);
}

async function checkItems(
  manager: EntityManager,
  { teamId, customerType }: ProductCatalog,
  productOfferingIds: readonly string[],
): Promise<void> {
  if (productOfferingIds.length === 0) return;
  const offerings = await manager.find(ProductOffering, {
    select: { id: true, customerType: true },
    where: { teamId, id: In(productOfferingIds) },
  });
  if (offerings.length < productOfferingIds.length) throw new NotFound('Product offering');
  const allowed = new Set(
    offerings.filter((offering) => offering.customerType === customerType).map(({ id }) => id),
  );
  const errors = productOfferingIds.flatMap((id, index) =>
    allowed.has(id)
      ? []
      : [
          fieldError(
            ['productOfferingIds', index],
            'customer_type',
            `must refer to a product offering for ${customerType} customers`,
          ),
        ],
  );
  if (errors.length > 0) throw new ValidationFailed(errors);
}

async function clearPreviousDefault(
  manager: EntityManager,
  { id, teamId, customerType }: ProductCatalog,
): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(ProductCatalog)
    .set({ isDefault: false, version: () => 'version + 1', updatedAt: new Date() })
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
  if (rows.length > 0) await manager.insert(ProductCatalogItem, rows);
}
