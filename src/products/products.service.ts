import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Conflict } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { allETags, requireIfMatch, requirePutConditions, type PutConditions } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { changedColumns } from '../sql/changed-columns.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate, nameExisting } from '../sql/duplicate.js';
import {
  addressNotFound,
  equalsHashed,
  findAddressed,
  isPossible,
  lockAddress,
  lockAddressed,
  type AddressedKind,
} from '../sql/addressed-row.js';
import { Sql } from '../sql/sql.js';
import { parseAddress, parseAddressedBody } from '../validation/resource-address.js';
import { applyLines, applyRow, findRowObject } from '../bulk/apply-lines.js';
import type { BulkOutcome } from '../bulk/bulk-row.js';
import { validate } from '../validation/validate.js';
import { mergeProduct, readProduct, type ProductInput } from './product-input.js';
import { canonicalCategory, canonicalType } from './product-types.js';
import { Product } from './product.entity.js';
import { UpdateProduct, type ListProducts } from './products.dto.js';

/** Several products can have the same SKU or external ID. */
export const addressedProduct: AddressedKind = {
  singular: 'Product',
  plural: 'products',
  fields: ['id', 'sku', 'externalId'],
  hashesSkus: true,
};

const target = (teamId: string, path: string) => ({
  teamId,
  address: parseAddress(path),
  kind: addressedProduct,
});

/**
 * Creates, reads, updates and deletes a team's products. Products of other teams are treated as not found. A `path` is the
 * ID of a product, or its SKU or external ID with a prefix (`parseAddress`).
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
    const product = this.newProduct(teamId, readProduct(body));
    return nameExisting(this.sql, () => this.insert(this.products.manager, product));
  }

  /** Returns one page of products, newest first. @throws DomainError INVALID_CURSOR */
  list(teamId: string, query: ListProducts, reserve: ReserveMemory): Promise<Page<Product>> {
    const { types, categories, sku, externalId, ...page } = query;
    const list = this.products.createQueryBuilder('product').where({ teamId });
    const filters = {
      types: types?.map(canonicalType).toSorted(),
      categories: categories?.map(canonicalCategory).toSorted(),
      sku,
      externalId,
    };
    if (filters.types) list.andWhere({ type: In(filters.types) });
    if (filters.categories) list.andWhere({ category: In(filters.categories) });
    if (sku !== undefined) list.andWhere({ sku: equalsHashed(sku) });
    if (externalId !== undefined) list.andWhere({ externalId });
    const options = { name: `products ${teamId}`, cursors: this.cursors, reserve };
    return keysetPage(list, { ...page, ...filters }, options);
  }

  /** @throws NotFound; Conflict if several products have the SKU or external ID */
  async get(teamId: string, path: string): Promise<Product> {
    const product = await findAddressed(this.products.manager, Product, target(teamId, path));
    if (!product) throw addressNotFound(addressedProduct);
    return product;
  }

  /**
   * Creates the product with a SKU or an external ID, or replaces all fields of the product that has it. Of several
   * requests at the same time, only one creates a product. A request that changes nothing leaves the version and
   * `updatedAt` unchanged.
   * @throws NotFound for the unknown ID of a product; PreconditionFailed; all errors of `create` and `update`
   */
  put(
    teamId: string,
    path: string,
    body: unknown,
    conditions: PutConditions,
  ): Promise<{ product: Product; created: boolean }> {
    const at = target(teamId, path);
    return this.sql.transaction(async (tx) => {
      if (at.address.field !== 'id' && isPossible(addressedProduct, at.address))
        await tx.rows(lockAddress(addressedProduct, teamId, at.address));
      const found = await findAddressed(tx.manager, Product, at, 'for_no_key_update');
      if (!found && at.address.field === 'id') throw addressNotFound(addressedProduct);
      requirePutConditions(conditions, found ? allETags(found.id, found.version) : []);
      const columns = parseAddressedBody(body, at.address, readProduct);
      if (found) return { product: await this.write(tx.manager, found, columns), created: false };
      const product = await this.insert(tx.manager, this.newProduct(teamId, columns));
      return { product, created: true };
    });
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the external reference is already in
   * use, if the type changes while product offerings use the product, or as for `get`
   */
  update(teamId: string, path: string, patch: unknown, ifMatch?: string): Promise<Product> {
    return this.sql.transaction(async ({ manager }) => {
      // This lock allows product offerings to be created concurrently. If the type changes, the UPDATE
      // acquires a stronger lock.
      const product = await lockAddressed(manager, Product, target(teamId, path), 'for_no_key_update');
      requireIfMatch(ifMatch, ...allETags(product.id, product.version));
      return this.write(manager, product, mergeProduct(product, patch));
    });
  }

  /**
   * Deletes a product and returns its ID.
   * @throws NotFound, PreconditionFailed; Conflict while a product offering or subscription offering uses the
   * product, or as for `get`
   */
  delete(teamId: string, path: string, ifMatch?: string): Promise<string> {
    return this.sql.transaction(async ({ manager }) => {
      const { id, version } = await lockAddressed(manager, Product, target(teamId, path));
      requireIfMatch(ifMatch, ...allETags(id, version));
      const productInUse = () => new Conflict('The product is in use and cannot be deleted');
      await translateConstraintErrors(productInUse, () => manager.delete(Product, { id }));
      return id;
    });
  }

  /** Creates and updates products in bulk. Yields one outcome for each non-blank line, in line order. */
  bulk(teamId: string, chunks: AsyncIterable<Buffer>, dryRun: boolean): AsyncGenerator<BulkOutcome[]> {
    const at = { teamId, kind: addressedProduct, idName: 'productId' };
    return applyLines(chunks, at.idName, (row) =>
      applyRow(this.sql, row, dryRun, async (tx) => {
        const errorsOf = () => validate(UpdateProduct, row.body).errors;
        const found = await findRowObject(tx, Product, at, row, errorsOf);
        const before = found?.version;
        const product = found
          ? await this.write(tx.manager, found, mergeProduct(found, row.body))
          : await this.insert(tx.manager, this.newProduct(teamId, readProduct(row.body)));
        const { id, version } = product;
        return { id, version, isNew: !found, hasChanged: version !== before };
      }),
    );
  }

  private async insert(manager: EntityManager, product: Product): Promise<Product> {
    await translateConstraintErrors(writeErrors(product), () => manager.insert(Product, product));
    return product;
  }

  private newProduct(teamId: string, columns: ProductInput): Product {
    const now = this.clock.now();
    const managed = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    return this.products.create({ ...columns, priceUnit: null, priceUnitAmount: null, ...managed });
  }

  /** Writes a locked product if its columns have changed. */
  private async write(manager: EntityManager, product: Product, columns: ProductInput): Promise<Product> {
    if (changedColumns(product, columns).length === 0) return product;
    Object.assign(product, columns, { version: product.version + 1, updatedAt: this.clock.now() });
    const { id } = product;
    await translateConstraintErrors(writeErrors(product), () => manager.update(Product, { id }, product));
    return product;
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
