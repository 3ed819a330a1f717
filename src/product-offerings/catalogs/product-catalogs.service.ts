import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../../paging/cursor.js';
import { NotFound } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { validateOrThrow } from '../../validation/validate.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import { mergePatch } from '../../validation/merge-patch.js';
import { newId } from '../../common/new-id.js';
import type { Page } from '../../paging/page.js';
import { jsonEqual } from '../../common/json-equal.js';
import { keepItems, oneAtATime, requireItems, takeDefault } from './catalog-items.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import { CreateProductCatalog, OwnProductCatalogView, type OwnCatalog } from './product-catalogs.dto.js';

type Columns = Pick<
  ProductCatalog,
  'name' | 'description' | 'customerType' | 'isDefault' | 'externalReference' | 'metadata'
>;

/** What a provider does with its own catalogs. Another team's catalog is not found. */
@Injectable()
export class ProductCatalogsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed, NotFound for a product offering that is not the team's */
  create(teamId: string, body: CreateProductCatalog): Promise<OwnCatalog> {
    return this.sql.transaction(async ({ manager }) => {
      await oneAtATime(manager, teamId);
      const now = new Date();
      const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
      const catalog = manager.create(ProductCatalog, { ...toColumns(body), ...row });
      const productOfferingIds = idsOf(body);
      await requireItems(manager, catalog, productOfferingIds);
      if (catalog.isDefault) await takeDefault(manager, catalog);
      await manager.insert(ProductCatalog, catalog);
      await keepItems(manager, catalog, productOfferingIds);
      return { catalog, productOfferingIds };
    });
  }

  async list(teamId: string, query: ItemsQuery): Promise<Page<OwnCatalog>> {
    const list = this.dataSource
      .getRepository(ProductCatalog)
      .createQueryBuilder('catalog')
      .where({ teamId });
    const bound = { name: `product-catalogs ${teamId}`, cursors: this.cursors };
    const page = await keysetPage(list, query, bound);
    return { ...page, items: await withItems(this.dataSource.manager, page.items) };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<OwnCatalog> {
    const manager = this.dataSource.manager;
    const catalog = isUuid(id) ? await manager.findOneBy(ProductCatalog, { id, teamId }) : null;
    return one(manager, catalog);
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are.
   * @throws NotFound, PreconditionFailed, ValidationFailed
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<OwnCatalog> {
    return this.sql.transaction(async ({ manager }) => {
      await oneAtATime(manager, teamId);
      const found = isUuid(id) ? await manager.findOneBy(ProductCatalog, { id, teamId }) : null;
      const current = await one(manager, found);
      const { catalog } = current;
      requireIfMatch(ifMatch, versionETag(catalog.version));
      const body = validateOrThrow(
        CreateProductCatalog,
        mergePatch(OwnProductCatalogView.from(current), patch, []),
      );
      const columns = toColumns(body);
      const productOfferingIds = idsOf(body);
      if (isSame(catalog, columns) && jsonEqual(current.productOfferingIds, productOfferingIds))
        return current;
      Object.assign(catalog, columns, { version: catalog.version + 1, updatedAt: new Date() });
      await requireItems(manager, catalog, productOfferingIds);
      if (catalog.isDefault) await takeDefault(manager, catalog);
      await manager.update(ProductCatalog, { id }, catalog);
      await keepItems(manager, catalog, productOfferingIds);
      return { catalog, productOfferingIds };
    });
  }
}

async function one(manager: EntityManager, catalog: ProductCatalog | null): Promise<OwnCatalog> {
  const [own] = catalog ? await withItems(manager, [catalog]) : [];
  if (!own) throw new NotFound('Product catalog');
  return own;
}

async function withItems(manager: EntityManager, catalogs: ProductCatalog[]): Promise<OwnCatalog[]> {
  const where = { productCatalogId: In(catalogs.map(({ id }) => id)) };
  const items = await manager.find(ProductCatalogItem, { where, order: { position: 'ASC' } });
  return catalogs.map((catalog) => {
    const own = items.filter(({ productCatalogId }) => productCatalogId === catalog.id);
    return { catalog, productOfferingIds: own.map(({ productOfferingId }) => productOfferingId) };
  });
}

const isSame = (catalog: ProductCatalog, columns: Columns) =>
  (Object.keys(columns) as (keyof Columns)[]).every((name) => jsonEqual(catalog[name], columns[name]));

/** As the database writes them, so that one in capitals is not taken for another. */
const idsOf = (body: CreateProductCatalog) => [
  ...new Set((body.productOfferingIds ?? []).map((id) => id.toLowerCase())),
];

const toColumns = (body: CreateProductCatalog): Columns => ({
  name: body.name.trim(),
  description: body.description ?? null,
  customerType: body.customerType,
  isDefault: body.isDefault ?? false,
  externalReference: body.external_reference ?? null,
  metadata: body.metadata ?? {},
});
