import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { Conflict } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { parseFilter } from '../json-api/filter.js';
import { requireSameId } from '../json-api/envelope.js';
import { noneFound } from '../json-api/json-api-errors.js';
import { newId } from '../../common/new-id.js';
import { windowOf, type OffsetPage } from '../json-api/offset-page.js';
import { jsonEqual } from '../../common/json-equal.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { Product } from '../../products/product.entity.js';
import { changeProduct, newProduct, traitsOfProduct } from './subscription-product-fields.js';
import type {
  CreateSubscriptionProduct,
  ListSubscriptionProducts,
  UpdateSubscriptionProduct,
} from './subscription-products.dto.js';

const missing = () => noneFound('product');

/** The subscription view of a team's products. Another team's product is not found. */
@Injectable()
export class SubscriptionProductsService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly sql: Sql,
  ) {}

  /** @throws Conflict for an external_ref in use */
  async create(teamId: string, { attributes }: CreateSubscriptionProduct['data']): Promise<Product> {
    const now = new Date();
    const product = this.products.create({
      id: newId(),
      teamId,
      ...newProduct(attributes),
      metadata: {},
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await uniqueRef(product, () => this.products.insert(product));
    return product;
  }

  /** Oldest first. @throws DomainError INVALID_FILTER */
  async list(teamId: string, query: ListSubscriptionProducts): Promise<OffsetPage<Product>> {
    const list = this.products.createQueryBuilder('product').where({ teamId });
    for (const [at, { values }] of parseFilter(query.filter, ['eq(external_ref)']).entries())
      list.andWhere(`md5(product.externalRef) = md5(:ref${at}) AND product.externalRef = :ref${at}`, {
        [`ref${at}`]: values[0],
      });
    const { offset, limit } = windowOf(query);
    const total = await list.getCount();
    const page = list.orderBy('product.createdAt').addOrderBy('product.id').offset(offset).limit(limit);
    return { items: await page.getMany(), total, offset, limit };
  }

  /** @throws DomainError NOT_FOUND */
  async get(teamId: string, id: string): Promise<Product> {
    const product = await this.products.findOneBy({ id, teamId });
    if (!product) throw noneFound('product');
    return product;
  }

  /**
   * Changes only what is given; a change that changes nothing leaves version and time as they are.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed, Conflict for an external_ref in use
   */
  update(
    teamId: string,
    id: string,
    { id: bodyId, attributes }: UpdateSubscriptionProduct['data'],
    ifMatch?: string,
  ): Promise<Product> {
    requireSameId(id, bodyId);
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, missing, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(product.version));
      const traits = changeProduct(product, attributes);
      if (jsonEqual(traits, traitsOfProduct(product))) return product;
      Object.assign(product, traits, { version: product.version + 1, updatedAt: new Date() });
      await uniqueRef(product, () => manager.update(Product, { id }, product));
      return product;
    });
  }

  /** @throws DomainError NOT_FOUND; PreconditionFailed, Conflict while an offering has it */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const product = await lockOwn(manager, Product, { teamId, id }, missing);
      requireIfMatch(ifMatch, versionETag(product.version));
      await requireUnused(manager, id);
      await translateConstraintErrors(stillInUse, () => manager.delete(Product, { id }));
    });
  }
}

/** The offerings are asked by table name: their slice imports this one. */
async function requireUnused(manager: EntityManager, id: string): Promise<void> {
  const rows: { offering_id: string }[] = await manager.query(
    'SELECT offering_id FROM offering_products WHERE origin_id = $1 ORDER BY offering_id LIMIT 100',
    [id],
  );
  if (rows.length > 0)
    throw new Conflict('The product is part of an offering; remove it there first', {
      offering_ids: rows.map((row) => row.offering_id),
    });
}

const inUse = () => new Conflict('The product is still in use');

/** The foreign keys that a product stands behind. */
const stillInUse = {
  offering_products_origin_fk: inUse,
  product_offerings_product_fk: inUse,
};

async function uniqueRef(product: Product, write: () => Promise<unknown>): Promise<void> {
  const taken = () =>
    new Conflict(`The external_ref ${product.externalRef} is already used by another product`);
  await translateConstraintErrors({ products_external_ref_uq: taken }, write);
}
