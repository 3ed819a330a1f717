import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { NotFound } from '../../common/errors.js';
import { jsonEqual } from '../../common/json-equal.js';
import { newId } from '../../common/new-id.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec } from '../../paging/cursor.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import type { Page } from '../../paging/page.js';
import { changedColumns } from '../../sql/changed-columns.js';
import { Sql } from '../../sql/sql.js';
import { mergePatch } from '../../validation/merge-patch.js';
import { validate } from '../../validation/validate.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import {
  CreateProductCatalog,
  OwnProductCatalogView,
  type ProductCatalogDetails,
} from './product-catalogs.dto.js';
import { checkItems, lockCatalogsOfTeam, writeCatalog } from './product-catalogs.write.js';

type CatalogColumns = Pick<
  ProductCatalog,
  'name' | 'description' | 'customerType' | 'isDefault' | 'externalReference' | 'metadata'
>;

/**
 * Creates, reads, updates and deletes the product catalogs of a provider. Another team's catalog is reported as
 * not found.
 */
@Injectable()
export class ProductCatalogsService {
  constructor(
    @InjectRepository(ProductCatalog) private readonly catalogs: Repository<ProductCatalog>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed, also for product offerings that the team does not own */
  create(teamId: string, given: unknown): Promise<ProductCatalogDetails> {
    return this.sql.transaction(async ({ manager }) => {
      await lockCatalogsOfTeam(manager, teamId);
      const body = await checkItems(manager, teamId, validate(CreateProductCatalog, given));
      const now = this.clock.now();
      const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
      const catalog = manager.create(ProductCatalog, { ...toColumns(body), ...row });
      const productOfferingIds = itemIdsOf(body);
      await writeCatalog(manager, catalog, productOfferingIds, () => manager.insert(ProductCatalog, catalog));
      return { catalog, productOfferingIds };
    });
  }

  /** @throws DomainError INVALID_CURSOR */
  async list(
    teamId: string,
    query: ItemsQuery,
    reserve: ReserveMemory,
  ): Promise<Page<ProductCatalogDetails>> {
    const list = this.catalogs.createQueryBuilder('catalog').where({ teamId });
    const page = await keysetPage(list, query, {
      name: `product-catalogs ${teamId}`,
      cursors: this.cursors,
      reserve,
      relatedBytes: bytesOfItems,
    });
    return { ...page, items: await loadDetails(this.catalogs.manager, page.items) };
  }

  /** @throws NotFound */
  get(teamId: string, id: string): Promise<ProductCatalogDetails> {
    return findDetails(this.catalogs.manager, teamId, id);
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<ProductCatalogDetails> {
    return this.sql.transaction(async ({ manager }) => {
      await lockCatalogsOfTeam(manager, teamId);
      const current = await findDetails(manager, teamId, id);
      const { catalog } = current;
      requireIfMatch(ifMatch, versionETag(catalog.version));
      const merged = mergePatch(OwnProductCatalogView.from(current), patch, []);
      const body = await checkItems(manager, teamId, validate(CreateProductCatalog, merged));
      const columns = toColumns(body);
      const productOfferingIds = itemIdsOf(body);
      const hasSameItems = jsonEqual(current.productOfferingIds, productOfferingIds);
      if (hasSameItems && changedColumns(catalog, columns).length === 0) return current;
      Object.assign(catalog, columns, { version: catalog.version + 1, updatedAt: this.clock.now() });
      await writeCatalog(manager, catalog, productOfferingIds, () =>
        manager.update(ProductCatalog, { id }, catalog),
      );
      return { catalog, productOfferingIds };
    });
  }

  /** @throws NotFound, PreconditionFailed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      await lockCatalogsOfTeam(manager, teamId);
      const { catalog } = await findDetails(manager, teamId, id);
      requireIfMatch(ifMatch, versionETag(catalog.version));
      await manager.delete(ProductCatalog, { id });
    });
  }
}

/** A catalog is shown with the IDs of its product offerings, at most 200. */
const bytesOfItems =
  'coalesce((SELECT max(position) + 1 FROM product_catalog_items item WHERE item.product_catalog_id = catalog.id), 0) * 39';

async function findDetails(
  manager: EntityManager,
  teamId: string,
  id: string,
): Promise<ProductCatalogDetails> {
  const catalog = isUuid(id) ? await manager.findOneBy(ProductCatalog, { id, teamId }) : null;
  const [details] = catalog ? await loadDetails(manager, [catalog]) : [];
  if (!details) throw new NotFound('Product catalog');
  return details;
}

async function loadDetails(
  manager: EntityManager,
  catalogs: ProductCatalog[],
): Promise<ProductCatalogDetails[]> {
  const where = { productCatalogId: In(catalogs.map(({ id }) => id)) };
  const items = await manager.find(ProductCatalogItem, { where, order: { position: 'ASC' } });
  return catalogs.map((catalog) => ({
    catalog,
    productOfferingIds: items
      .filter(({ productCatalogId }) => productCatalogId === catalog.id)
      .map(({ productOfferingId }) => productOfferingId),
  }));
}

/** Unique lowercase IDs, matching the form in which Postgres returns UUIDs. */
const itemIdsOf = (body: CreateProductCatalog) => [
  ...new Set((body.productOfferingIds ?? []).map((id) => id.toLowerCase())),
];

const toColumns = (body: CreateProductCatalog): CatalogColumns => ({
  name: body.name.trim(),
  description: body.description ?? null,
  customerType: body.customerType,
  isDefault: body.isDefault ?? false,
  externalReference: body.external_reference ?? null,
  metadata: body.metadata ?? {},
});
