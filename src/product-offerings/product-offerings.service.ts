import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Conflict, NotFound } from '../common/errors.js';
import { requireIfMatch } from '../http/etag.js';
import { newId } from '../common/new-id.js';
import { jsonEqual } from '../common/json-equal.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Product } from '../products/product.entity.js';
import {
  mergeOffering,
  readOffering,
  toProductOfferingColumns,
  type OfferingColumns,
} from './product-offering-input.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import { ProductOfferingReader } from './product-offering-reader.service.js';
import { ProductOffering } from './product-offering.entity.js';
import type { CreateProductOffering } from './product-offerings.dto.js';
import { tagOf, type ProductOfferingDetails } from './product-offering-details.js';

/** What may still be changed in an archived product offering: the owner's own notes. */
const editableWhenArchived: readonly string[] = ['internalDescription', 'metadata'];

const missing = () => new NotFound('Product offering');

/** What a provider does with its own product offerings. Another team's is not found. */
@Injectable()
export class ProductOfferingsService {
  constructor(
    private readonly sql: Sql,
    private readonly shelf: ProductOfferingReader,
  ) {}

  /** @throws ValidationFailed, NotFound for a product or group that is not the team's, Conflict */
  create(teamId: string, raw: unknown): Promise<ProductOfferingDetails> {
    const body = readOffering(raw);
    return this.sql.transaction(async ({ manager }) => {
      const columns = await resolve(manager, teamId, body);
      const now = new Date();
      const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
      const offering = manager.create(ProductOffering, { ...columns, ...row, status: 'AVAILABLE' });
      await write(() => manager.insert(ProductOffering, offering));
      return this.shown(manager, teamId, offering);
    });
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for another status or what is archived
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<ProductOfferingDetails> {
    return this.sql.transaction(async ({ manager }) => {
      const current = await this.lockDetails(manager, teamId, id);
      requireIfMatch(ifMatch, tagOf(current));
      const { offering } = current;
      const body = mergeOffering(current, patch);
      if (body.status !== undefined && body.status !== offering.status)
        throw new Conflict('The status does not change here; archive by POST, which is final', {
          currentStatus: offering.status,
        });
      const columns = await resolve(manager, teamId, body);
      const changed = changesOf(offering, columns);
      requireEditable(offering, changed);
      if (changed.length === 0) return current;
      Object.assign(offering, columns, { version: offering.version + 1, updatedAt: new Date() });
      await write(() => manager.update(ProductOffering, { id }, offering));
      return this.shown(manager, teamId, offering);
    });
  }

  /** Archives for good; once more changes nothing. @throws NotFound, PreconditionFailed */
  archive(teamId: string, id: string, ifMatch?: string): Promise<ProductOfferingDetails> {
    return this.sql.transaction(async ({ manager }) => {
      const current = await this.lockDetails(manager, teamId, id);
      requireIfMatch(ifMatch, tagOf(current));
      const { offering } = current;
      if (offering.status === 'ARCHIVED') return current;
      Object.assign(offering, { status: 'ARCHIVED', version: offering.version + 1, updatedAt: new Date() });
      await manager.update(ProductOffering, { id }, offering);
      return current;
    });
  }

  private async lockDetails(
    manager: EntityManager,
    teamId: string,
    id: string,
  ): Promise<ProductOfferingDetails> {
    const offering = await lockOwn(manager, ProductOffering, { teamId, id }, missing);
    return this.shown(manager, teamId, offering);
  }

  private async shown(
    manager: EntityManager,
    teamId: string,
    offering: ProductOffering,
  ): Promise<ProductOfferingDetails> {
    const [shown] = await this.shelf.show({ id: teamId }, [offering], manager);
    if (!shown) throw missing();
    return shown;
  }
}

/** Finds the product and the group that a body names among the team's own. */
async function resolve(
  manager: EntityManager,
  teamId: string,
  body: CreateProductOffering,
): Promise<OfferingColumns> {
  const { productId, productOfferingGroupId: slug } = body;
  const product = await manager.findOneBy(Product, { id: productId, teamId });
  if (!product) throw new NotFound('Product');
  const group = slug ? await manager.findOneBy(ProductOfferingGroup, { teamId, slug }) : null;
  if (slug && !group) throw new NotFound('Product offering group');
  return toProductOfferingColumns(body, product, group?.id ?? null);
}

const changesOf = (offering: ProductOffering, columns: OfferingColumns) =>
  (Object.keys(columns) as (keyof OfferingColumns)[]).filter(
    (name) => !jsonEqual(offering[name], columns[name]),
  );

function requireEditable({ status }: ProductOffering, changed: readonly string[]): void {
  if (status === 'ARCHIVED' && changed.some((name) => !editableWhenArchived.includes(name)))
    throw new Conflict(
      `An archived product offering is final; only ${editableWhenArchived.join(' and ')} can be changed`,
    );
}

/** The product may have been deleted or given another type since it was read. */
const write = <T>(work: () => Promise<T>): Promise<T> =>
  translateConstraintErrors(
    {
      product_offerings_product_fk: () => new Conflict('The product has changed at the same time; try again'),
    },
    work,
  );
