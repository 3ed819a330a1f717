import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { NotFound } from '../../common/errors.js';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { takePage, type Page } from '../../paging/page.js';
import { readSizedRows } from '../../paging/sized-rows.js';
import { canBrowseProviders, type Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';
import { ProductOfferingReader } from '../product-offering-reader.service.js';
import { ProductOffering } from '../product-offering.entity.js';
import { bytesOfProductAndGroup } from '../product-offerings.query.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import { maxCatalogItems, type GetDefaultProductCatalog } from './product-catalogs.dto.js';

/** A catalog and a page of its product offerings. */
interface CatalogPart {
  catalog: ProductCatalog;
  page: Page<ProductOfferingDetails>;
}

/** Finds the catalog that customers see by default. */
@Injectable()
export class DefaultCatalogService {
  constructor(
    @InjectRepository(ProductCatalog) private readonly catalogs: Repository<ProductCatalog>,
    @InjectRepository(ProductOffering) private readonly offerings: Repository<ProductOffering>,
    private readonly reader: ProductOfferingReader,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns the default catalog with a page of its available product offerings.
   * @throws NotFound if there is no default catalog; DomainError INVALID_CURSOR
   */
  async get(caller: Caller, query: GetDefaultProductCatalog, reserve: ReserveMemory): Promise<CatalogPart> {
    const catalog = await this.find(caller, query);
    if (!catalog) throw new NotFound('Default product catalog');
    const page = await this.availableOfferings(catalog, query, reserve);
    return { catalog, page: { ...page, items: await this.reader.loadDetails(caller, page.items) } };
  }

  /**
   * Returns the matching default catalog. If several providers have one, it is that of the provider that has
   * had one for the longest time, so that what one provider does neither breaks nor changes the answer that
   * resellers get from another.
   */
  private find(
    caller: Caller,
    { customerType = 'CONSUMER', providerId }: GetDefaultProductCatalog,
  ): Promise<ProductCatalog | null> {
    const owner = providerId ?? (caller.role === 'reseller' ? undefined : caller.id);
    return this.catalogs
      .createQueryBuilder('catalog')
      .where('catalog.isDefault')
      .andWhere({ customerType, ...(owner === undefined ? {} : { teamId: owner }) })
      .andWhere(`(catalog.teamId = :own OR (:others AND ${providerIsVisible('catalog.teamId')}))`, {
        own: caller.id,
        others: canBrowseProviders(caller),
      })
      .orderBy('catalog.defaultSince', 'ASC', 'NULLS LAST')
      .addOrderBy('catalog.id')
      .limit(1)
      .getOne();
  }

  /**
   * Returns a page of product offerings in catalog order. A cursor belongs to one version of the catalog, because a
   * change can move the product offerings.
   */
  private async availableOfferings(
    { id, version, customerType }: ProductCatalog,
    { cursor, limit = maxCatalogItems }: GetDefaultProductCatalog,
    reserve: ReserveMemory,
  ): Promise<Page<ProductOffering>> {
    const scope = cursorScope('default-catalog', { id, version });
    const [after = -1] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    const order = { 'item.position': 'ASC' } as const;
    const list = this.offerings
      .createQueryBuilder('offering')
      .innerJoin(ProductCatalogItem, 'item', 'item.productOfferingId = offering.id')
      .where('item.productCatalogId = :id AND item.position > :after', { id, after: Number(after) })
      .andWhere({ status: 'AVAILABLE', customerType })
      .addSelect('item.position', 'position');
    const { rows, large } = await readWithinBudget(reserve, (maxBytes) =>
      readSizedRows(list, {
        id: 'id',
        order,
        relatedBytes: bytesOfProductAndGroup,
        limit: limit + 1,
        maxBytes,
      }),
    );
    const { items, last } = takePage(rows.rows, limit, rows.truncated);
    const cursorAfter = (index: number) =>
      this.cursors.encode(scope, [String(rows.raw[index]?.['position'])]);
    const next = last && cursorAfter(items.length - 1);
    return large ? { items, next, cursorAfter } : { items, next };
  }
}
