import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../paging/cursor.js';
import { Conflict, NotFound } from '../common/errors.js';
import { versionETag, requireIfMatch } from '../http/etag.js';
import { keysetPage } from '../paging/keyset.js';
import { newId } from '../common/new-id.js';
import type { Page } from '../paging/page.js';
import { jsonEqual } from '../common/json-equal.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { mergeProduct, readProduct, type ProductColumns } from './product-input.js';
import { Product } from './product.entity.js';
import { canonicalCategory, canonicalType } from './product-types.js';
import type { ListProducts } from './products.dto.js';

const missing = () => new NotFound('Product');

/** What a provider does with its own products. Another team's product is not found. */
@Injectable()
export class ProductsService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed, Conflict for an external reference in use */
  async create(teamId: string, body: unknown): Promise<Product> {
    const columns = readProduct(body);
    const now = new Date();
    const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    const unit = { priceUnit: null, priceUnitAmount: null };
    const product = this.products.create({ ...columns, ...unit, ...row });
    await write(product, () => this.products.insert(product));
    return product;
  }

  list(teamId: string, query: ListProducts): Promise<Page<Product>> {
    const { types, categories, sku, ...page } = query;
    const list = this.products.createQueryBuilder('product').where({ teamId });
    const filters = {
      types: types?.map(canonicalType).toSorted(),
      categories: categories?.map(canonicalCategory).toSorted(),
      sku,
    };
    if (filters.types) list.andWhere({ type: In(filters.types) });
    if (filters.categories) list.andWhere({ category: In(filters.categories) });
    if (sku !== undefined) list.andWhere({ sku });
    return keysetPage(list, { ...page, ...filters }, { name: `products ${teamId}`, cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<Product> {
    const product = isUuid(id) ? await this.products.findOneBy({ id, teamId }) : null;
    if (!product) throw new NotFound('Product');
    return product;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for an external reference in use or another
   * type while product offerings use the product
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<Product> {
    return this.sql.transaction(async ({ manager }) => {
      // Lets product offerings be made of it meanwhile; another type locks more by itself.
      const product = await lockOwn(manager, Product, { teamId, id }, missing, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(product.version));
      const columns = mergeProduct(product, patch);
      if (isSame(product, columns)) return product;
      Object.assign(product, columns, { version: product.version + 1, updatedAt: new Date() });
      await write(product, () => manager.update(Product, { id }, product));
      return product;
    });
  }

  /** Deletes for good. @throws NotFound, PreconditionFailed, Conflict while something refers to the product */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, missing);
      requireIfMatch(ifMatch, versionETag(product.version));
      const used = () => new Conflict('The product is in use, so it cannot be deleted');
      await translateConstraintErrors(used, () => manager.delete(Product, { id }));
    });
  }
}

const isSame = (product: Product, columns: ProductColumns) =>
  (Object.keys(columns) as (keyof ProductColumns)[]).every((name) => jsonEqual(product[name], columns[name]));

function write<T>(product: Product, work: () => Promise<T>): Promise<T> {
  return translateConstraintErrors(
    {
      products_external_ref_uq: () =>
        new Conflict(
          `The external reference ${product.externalRef} is already used by another product of your team`,
        ),
      product_offerings_product_fk: () =>
        new Conflict('Product offerings use the product, so its type cannot change'),
    },
    work,
  );
}
