import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { Conflict } from '../../common/errors.js';
import { jsonEqual } from '../../common/json-equal.js';
import { newId } from '../../common/new-id.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { Product } from '../../products/product.entity.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { nameExisting } from '../../sql/duplicate.js';
import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import { externalRefTaken, requireNotInOfferings } from '../conflicts.js';
import { requireSameId } from '../json-api/envelope.js';
import { filterByExternalRef } from '../json-api/external-ref.query.js';
import { notFound } from '../json-api/json-api-errors.js';
import { findPage, type OffsetPage } from '../json-api/offset-page.js';
import { sortOrder } from '../json-api/sort.js';
import {
  changeProductColumns,
  copyProductColumns,
  newProductColumns,
} from './subscription-product-fields.js';
import type {
  CreateSubscriptionProduct,
  ListSubscriptionProducts,
  UpdateSubscriptionProduct,
} from './subscription-products.dto.js';

const productNotFound = () => notFound('product');

/**
 * Creates, reads, updates and deletes a team's products, with the columns that `/subscriptions` shows.
 * Products of other teams are treated as not found.
 */
@Injectable()
export class SubscriptionProductsService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** @throws Conflict if the external_ref is already in use */
  async create(teamId: string, { attributes }: CreateSubscriptionProduct['data']): Promise<Product> {
    const now = this.clock.now();
    const product = this.products.create({
      id: newId(),
      teamId,
      ...newProductColumns(attributes),
      metadata: {},
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await nameExisting(this.sql, () =>
      translateConstraintErrors(writeErrors(product), () => this.products.insert(product)),
    );
    return product;
  }

  /** Returns one page of products, oldest first. @throws DomainError INVALID_FILTER, UNAVAILABLE */
  list(
    teamId: string,
    query: ListSubscriptionProducts,
    reserve: ReserveMemory,
  ): Promise<OffsetPage<Product>> {
    const list = this.products.createQueryBuilder('product').where({ teamId });
    filterByExternalRef(list, query.filter);
    return findPage(list, query, { reserve, order: sortOrder('product', query.sort) });
  }

  /** @throws DomainError NOT_FOUND */
  async get(teamId: string, id: string): Promise<Product> {
    const product = await this.products.findOneBy({ id, teamId });
    if (!product) throw productNotFound();
    return product;
  }

  /**
   * Changes the given attributes. An update that changes nothing leaves the version and `updated_at`
   * unchanged.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed; Conflict if the external_ref is
   * already in use
   */
  update(
    teamId: string,
    id: string,
    { id: bodyId, attributes }: UpdateSubscriptionProduct['data'],
    ifMatch?: string,
  ): Promise<Product> {
    requireSameId(id, bodyId);
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, productNotFound, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(product.version));
      const columns = changeProductColumns(product, attributes);
      if (jsonEqual(columns, copyProductColumns(product))) return product;
      Object.assign(product, columns, { version: product.version + 1, updatedAt: this.clock.now() });
      await translateConstraintErrors(writeErrors(product), () => manager.update(Product, { id }, product));
      return product;
    });
  }

  /**
   * @throws DomainError NOT_FOUND; PreconditionFailed; Conflict while an offering or product offering uses
   * the product
   */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, productNotFound);
      requireIfMatch(ifMatch, versionETag(product.version));
      await requireNotInOfferings(manager, 'product', id);
      await translateConstraintErrors(deleteErrors, () => manager.delete(Product, { id }));
    });
  }
}

const writeErrors = ({ teamId, externalRef }: Product) => ({
  products_external_ref_uq: () => externalRefTaken('product', teamId, externalRef),
});

const productInUse = () => new Conflict('The product is still in use');
const deleteErrors = {
  offering_products_origin_fk: productInUse,
  product_offerings_product_fk: productInUse,
};
