import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { applyLines, applyRow, findRowObject } from '../bulk/apply-lines.js';
import type { BulkOutcome } from '../bulk/bulk-row.js';
import { Clock } from '../common/clock.js';
import { Conflict, ValidationFailed } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { requireIfMatch, requirePutConditions, type PutConditions } from '../http/etag.js';
import { Product } from '../products/product.entity.js';
import { PromotionTarget } from '../promotions/promotion.entity.js';
import { changedColumns } from '../sql/changed-columns.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import {
  addressNotFound,
  findAddressed,
  isPossible,
  lockAddress,
  lockAddressed,
} from '../sql/addressed-row.js';
import { Sql } from '../sql/sql.js';
import { completeAddressedBody, parseAddress } from '../validation/resource-address.js';
import { idsAt, unknownId } from '../validation/unknown-ids.js';
import { validate, type ValidationResult } from '../validation/validate.js';
import { ProductCatalogItem } from './catalogs/product-catalog.entity.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import { toProductOfferingColumns, type ProductOfferingColumns } from './product-offering-columns.js';
import { productOfferingETags, type ProductOfferingDetails } from './product-offering-details.js';
import { productOfferingKind, ProductOfferingReader } from './product-offering-reader.service.js';
import {
  validateNewProductOffering,
  validateProductOffering,
  validateProductOfferingPatch,
} from './product-offering-validation.js';
import { ProductOffering } from './product-offering.entity.js';
import { UpdateProductOffering, type CreateProductOffering } from './product-offerings.dto.js';

/** Columns of an archived product offering that its owner can still change. */
const editableWhenArchived: readonly string[] = ['externalId', 'internalDescription', 'metadata'];

const groupField = 'productOfferingGroupId';

const target = (teamId: string, path: string) => ({
  teamId,
  address: parseAddress(path),
  kind: productOfferingKind,
});

/**
 * Creates, updates, archives and deletes the product offerings of a provider. Another team's product offering is
 * reported as not found. A `path` is the ID of a product offering, or its external ID with a prefix (`parseAddress`).
 */
@Injectable()
export class ProductOfferingsService {
  constructor(
    private readonly sql: Sql,
    private readonly reader: ProductOfferingReader,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ValidationFailed, also for a product or group that the team does not own; Conflict if the product is
   * deleted or its type is changed at the same time
   */
  create(teamId: string, body: unknown): Promise<ProductOfferingDetails> {
    const validated = validateNewProductOffering(body);
    return this.sql.transaction(({ manager }) => this.insert(manager, teamId, validated));
  }

  /**
   * Creates the product offering with an external ID, or replaces all fields of the one that has it. Of several requests
   * at the same time, only one creates a product offering. A request that changes nothing leaves the version and
   * `updatedAt` unchanged.
   * @throws NotFound for the unknown ID of a product offering; PreconditionFailed; all errors of `create` and `update`
   */
  put(
    teamId: string,
    path: string,
    body: unknown,
    conditions: PutConditions,
  ): Promise<{ details: ProductOfferingDetails; created: boolean }> {
    const at = target(teamId, path);
    return this.sql.transaction(async (tx) => {
      const { manager } = tx;
      if (at.address.field === 'externalId' && isPossible(productOfferingKind, at.address))
        await tx.rows(lockAddress(productOfferingKind, teamId, at.address));
      const offering = await findAddressed(manager, ProductOffering, at, 'pessimistic_write');
      if (!offering && at.address.field !== 'externalId')
        throw addressNotFound(productOfferingKind, at.address);
      const current = offering && (await this.loadDetails(manager, teamId, offering));
      requirePutConditions(conditions, current ? productOfferingETags(current) : []);
      const { completed, errors } = completeAddressedBody(body, at.address);
      const validated = (current ? validateProductOffering : validateNewProductOffering)(completed);
      const all = { ...validated, errors: [...errors, ...validated.errors] };
      return current
        ? { details: await this.write(manager, current, all), created: false }
        : { details: await this.insert(manager, teamId, all), created: true };
    });
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the patch changes the status, or
   * changes anything but the external ID, the internal description and the metadata of an archived product offering, or
   * if several product offerings have the external ID
   */
  update(teamId: string, path: string, patch: unknown, ifMatch?: string): Promise<ProductOfferingDetails> {
    return this.sql.transaction(async ({ manager }) => {
      const current = await this.lockDetails(manager, teamId, path);
      requireIfMatch(ifMatch, ...productOfferingETags(current));
      return this.write(manager, current, validateProductOfferingPatch(current, patch));
    });
  }

  /**
   * Archives a product offering permanently. Archiving it again changes nothing.
   * @throws NotFound, PreconditionFailed; Conflict if several product offerings have the external ID
   */
  archive(teamId: string, path: string, ifMatch?: string): Promise<ProductOfferingDetails> {
    return this.sql.transaction(async ({ manager }) => {
      const current = await this.lockDetails(manager, teamId, path);
      requireIfMatch(ifMatch, ...productOfferingETags(current));
      const { offering } = current;
      if (offering.status === 'ARCHIVED') return current;
      Object.assign(offering, {
        status: 'ARCHIVED',
        version: offering.version + 1,
        updatedAt: this.clock.now(),
      });
      await manager.update(ProductOffering, { id: offering.id }, offering);
      return current;
    });
  }

  /**
   * Deletes a product offering to which nothing refers, and returns its ID.
   * @throws NotFound, PreconditionFailed; Conflict if it has been ordered, if a promotion or a catalog contains it, or as
   * for `archive`
   */
  delete(teamId: string, path: string, ifMatch?: string): Promise<string> {
    return this.sql.transaction(async ({ manager }) => {
      const current = await this.lockDetails(manager, teamId, path);
      requireIfMatch(ifMatch, ...productOfferingETags(current));
      const { id } = current.offering;
      // The lock keeps others from adding such rows. The database would delete them with the product offering, and a
      // promotion without targets applies to everything.
      if (await manager.existsBy(PromotionTarget, { productOfferingId: id }))
        throw inUse('a promotion applies to it');
      if (await manager.existsBy(ProductCatalogItem, { productOfferingId: id }))
        throw inUse('a product catalog contains it');
      await translateConstraintErrors({ order_items_offering_fk: () => inUse('it has been ordered') }, () =>
        manager.delete(ProductOffering, { id }),
      );
      return id;
    });
  }

  /** Creates and updates product offerings in bulk. Yields one outcome for each non-blank line, in line order. */
  bulk(teamId: string, chunks: AsyncIterable<Buffer>, dryRun: boolean): AsyncGenerator<BulkOutcome[]> {
    const at = { teamId, kind: productOfferingKind, idName: 'productOfferingId' };
    return applyLines(chunks, at.idName, (row) =>
      applyRow(this.sql, row, dryRun, async (tx) => {
        const { manager } = tx;
        const errorsOf = () => validate(UpdateProductOffering, row.body).errors;
        const found = await findRowObject(tx, ProductOffering, at, row, errorsOf);
        const before = found?.version;
        const current = found && (await this.loadDetails(manager, teamId, found));
        const { offering } = current
          ? await this.write(manager, current, validateProductOfferingPatch(current, row.body))
          : await this.insert(manager, teamId, validateNewProductOffering(row.body));
        const { id, version } = offering;
        return { id, version, isNew: !found, hasChanged: version !== before };
      }),
    );
  }

  private async insert(
    manager: EntityManager,
    teamId: string,
    validated: ValidationResult<CreateProductOffering>,
  ): Promise<ProductOfferingDetails> {
    const columns = await resolveColumns(manager, teamId, validated);
    const now = this.clock.now();
    const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    const offering = manager.create(ProductOffering, { ...columns, ...row, status: 'AVAILABLE' });
    await translateReferenceErrors(() => manager.insert(ProductOffering, offering));
    return this.loadDetails(manager, teamId, offering);
  }

  /** Writes a locked product offering if its columns have changed. */
  private async write(
    manager: EntityManager,
    current: ProductOfferingDetails,
    validated: ValidationResult<CreateProductOffering>,
  ): Promise<ProductOfferingDetails> {
    const { offering } = current;
    const { id, teamId } = offering;
    const columns = await resolveColumns(manager, teamId, validated);
    const { status } = validated.value;
    if (status !== undefined && status !== offering.status)
      throw new Conflict(
        'The status cannot be changed by an update; to archive a product offering, use the archive operation',
        { currentStatus: offering.status },
      );
    const changed = changedColumns(offering, columns);
    requireEditable(offering, changed);
    if (changed.length === 0) return current;
    Object.assign(offering, columns, { version: offering.version + 1, updatedAt: this.clock.now() });
    await translateReferenceErrors(() => manager.update(ProductOffering, { id }, offering));
    return this.loadDetails(manager, teamId, offering);
  }

  private async lockDetails(
    manager: EntityManager,
    teamId: string,
    path: string,
  ): Promise<ProductOfferingDetails> {
    const offering = await lockAddressed(manager, ProductOffering, target(teamId, path));
    return this.loadDetails(manager, teamId, offering);
  }

  private async loadDetails(
    manager: EntityManager,
    teamId: string,
    offering: ProductOffering,
  ): Promise<ProductOfferingDetails> {
    const [details] = await this.reader.loadDetails({ id: teamId }, [offering], manager);
    if (!details) throw addressNotFound(productOfferingKind);
    return details;
  }
}

/**
 * Looks up the product and the group among those of the team, and converts the body into columns.
 * @throws ValidationFailed listing every invalid field, and the IDs that the team does not own
 */
async function resolveColumns(
  manager: EntityManager,
  teamId: string,
  { value, errors }: ValidationResult<CreateProductOffering>,
): Promise<ProductOfferingColumns> {
  const [productId] = idsAt(['productId'], value.productId, errors);
  const product = productId ? await manager.findOneBy(Product, { id: productId.id, teamId }) : null;
  const slug = errors.some(({ field }) => field === groupField) ? undefined : value[groupField];
  const group = slug ? await manager.findOneBy(ProductOfferingGroup, { teamId, slug }) : null;
  const all = [
    ...errors,
    ...(productId && !product ? [unknownId(productId.path, 'one of your products')] : []),
    ...(slug && !group ? [unknownId([groupField], 'one of your product offering groups')] : []),
  ];
  if (!product || all.length > 0) throw new ValidationFailed(all);
  return toProductOfferingColumns(value, product, group?.id ?? null);
}

const inUse = (reason: string) =>
  new Conflict(`The product offering cannot be deleted, because ${reason}; archive it instead`);

function requireEditable({ status }: ProductOffering, changed: readonly string[]): void {
  if (status === 'ARCHIVED' && changed.some((name) => !editableWhenArchived.includes(name)))
    throw new Conflict(
      `In an archived product offering, only ${editableWhenArchived.join(', ')} can be changed`,
    );
}

/**
 * Translates a foreign key violation, which occurs if the product or the group was deleted, or the type of the
 * product changed, after it was read.
 */
const translateReferenceErrors = <T>(write: () => Promise<T>): Promise<T> =>
  translateConstraintErrors(
    {
      product_offerings_product_fk: () =>
        new Conflict('The product was modified at the same time; try again'),
      product_offerings_group_fk: () => new Conflict('The group was deleted at the same time; try again'),
    },
    write,
  );
