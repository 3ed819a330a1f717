import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../common/clock.js';
import { Conflict, NotFound } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { requireIfMatch, versionETag } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { changedColumns } from '../sql/changed-columns.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate, nameExisting } from '../sql/duplicate.js';
import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import { mergeProduct, readProduct } from './product-input.js';
import { canonicalCategory, canonicalType } from './product-types.js';
import { Product } from './product.entity.js';
import type { ListProducts } from './products.dto.js';

const productNotFound = () => new NotFound('Product');

/**
 * Creates, reads, updates and deletes a team's products. Products of other teams are treated as not found.
 */
@Injectable()
export class ProductsService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed; Conflict if the external reference is already in use */
  async create(teamId: string, body: unknown): Promise<Product> {
    const now = this.clock.now();
    const product = this.products.create({
      ...readProduct(body),
      priceUnit: null,
      priceUnitAmount: null,
      id: newId(),
      teamId,
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await nameExisting(this.sql, () =>
      translateConstraintErrors(writeErrors(product), () => this.products.insert(product)),
    );
    return product;
  }

  /** Returns one page of products, newest first. @throws DomainError INVALID_CURSOR */
  list(teamId: string, query: ListProducts, reserve: ReserveMemory): Promise<Page<Product>> {
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
    const options = { name: `products ${teamId}`, cursors: this.cursors, reserve };
    return keysetPage(list, { ...page, ...filters }, options);
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<Product> {
    const product = isUuid(id) ? await this.products.findOneBy({ id, teamId }) : null;
    if (!product) throw productNotFound();
    return product;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the external reference is already in
   * use, or if the type changes while product offerings use the product
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<Product> {
    return this.sql.transaction(async ({ manager }) => {
      // This lock allows product offerings to be created concurrently. If the type changes, the UPDATE
      // acquires a stronger lock.
      const product = await lockOwn(manager, Product, { teamId, id }, productNotFound, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(product.version));
      const columns = mergeProduct(product, patch);
      if (changedColumns(product, columns).length === 0) return product;
      Object.assign(product, columns, { version: product.version + 1, updatedAt: this.clock.now() });
      await translateConstraintErrors(writeErrors(product), () => manager.update(Product, { id }, product));
      return product;
    });
  }

  /**
   * @throws NotFound, PreconditionFailed; Conflict while a product offering or subscription offering uses the
   * product
   */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, productNotFound);
      requireIfMatch(ifMatch, versionETag(product.version));
      const productInUse = () => new Conflict('The product is in use and cannot be deleted');
      await translateConstraintErrors(productInUse, () => manager.delete(Product, { id }));
    });
  }
}

const writeErrors = ({ teamId, externalRef }: Product) => ({
  products_external_ref_uq: () =>
    new Duplicate(`The external reference ${externalRef} is already used by another product of your team`, {
      text: 'SELECT id FROM products WHERE team_id = $1 AND md5(external_ref) = md5($2) AND external_ref = $2',
      values: [teamId, externalRef],
    }),
  product_offerings_product_fk: () =>
    new Conflict('The type of a product cannot change while product offerings use the product'),
});
