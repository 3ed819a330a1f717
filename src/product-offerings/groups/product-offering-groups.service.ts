import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound } from '../../common/errors.js';
import { newId } from '../../common/new-id.js';
import { isStorable } from '../../common/storable-text.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { CursorCodec } from '../../paging/cursor.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import type { Page } from '../../paging/page.js';
import { canonicalCategory } from '../../products/product-types.js';
import { changedColumns } from '../../sql/changed-columns.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { Sql } from '../../sql/sql.js';
import { mergePatch } from '../../validation/merge-patch.js';
import { validateOrThrow } from '../../validation/validate.js';
import { ProductOfferingGroup } from './product-offering-group.entity.js';
import { CreateOfferingGroup, ProductOfferingGroupView } from './product-offering-groups.dto.js';

type GroupColumns = Pick<
  ProductOfferingGroup,
  'slug' | 'name' | 'category' | 'description' | 'internalDescription'
>;

/**
 * Creates, reads, updates and deletes the product offering groups of a provider, identified by slug. Another
 * team's group is reported as not found.
 */
@Injectable()
export class ProductOfferingGroupsService {
  constructor(
    @InjectRepository(ProductOfferingGroup) private readonly groups: Repository<ProductOfferingGroup>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** @throws Conflict if the team already has a group with this ID */
  async create(teamId: string, body: CreateOfferingGroup): Promise<ProductOfferingGroup> {
    const now = this.clock.now();
    const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    const group = this.groups.create({ ...toColumns(body), ...row });
    const slugTaken = () =>
      new Conflict(`Your team already has a group with the ID ${group.slug}`, { existingId: group.slug });
    await translateConstraintErrors({ product_offering_groups_slug_uq: slugTaken }, () =>
      this.groups.insert(group),
    );
    return group;
  }

  /** @throws DomainError INVALID_CURSOR */
  list(teamId: string, query: ItemsQuery, reserve: ReserveMemory): Promise<Page<ProductOfferingGroup>> {
    // GROUP is a reserved word in SQL.
    const list = this.groups.createQueryBuilder('offering_group').where({ teamId });
    return keysetPage(list, query, {
      name: `product-offering-groups ${teamId}`,
      cursors: this.cursors,
      reserve,
    });
  }

  /** @throws NotFound */
  async get(teamId: string, slug: string): Promise<ProductOfferingGroup> {
    const group = isStorable(slug) ? await this.groups.findOneBy({ teamId, slug }) : null;
    if (!group) throw new NotFound('Product offering group');
    return group;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the patch changes the ID
   */
  update(teamId: string, slug: string, patch: unknown, ifMatch?: string): Promise<ProductOfferingGroup> {
    return this.sql.transaction(async ({ manager }) => {
      const group = await lockGroup(manager, teamId, slug, ifMatch);
      const merged = mergePatch(ProductOfferingGroupView.from(group), patch, []);
      const columns = toColumns(validateOrThrow(CreateOfferingGroup, merged));
      if (columns.slug !== slug) throw new Conflict('The ID of a group cannot be changed');
      if (changedColumns(group, columns).length === 0) return group;
      Object.assign(group, columns, { version: group.version + 1, updatedAt: this.clock.now() });
      await manager.update(ProductOfferingGroup, { id: group.id }, group);
      return group;
    });
  }

  /** @throws NotFound, PreconditionFailed; Conflict while a product offering or a promotion uses the group */
  delete(teamId: string, slug: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const { id } = await lockGroup(manager, teamId, slug, ifMatch);
      const inUse = (user: string) => () => new Conflict(`A ${user} uses the group, so it cannot be deleted`);
      await translateConstraintErrors(
        {
          product_offerings_group_fk: inUse('product offering'),
          promotion_targets_group_fk: inUse('promotion'),
        },
        () => manager.delete(ProductOfferingGroup, { id }),
      );
    });
  }
}

/** @throws NotFound, PreconditionFailed */
async function lockGroup(
  manager: EntityManager,
  teamId: string,
  slug: string,
  ifMatch: string | undefined,
): Promise<ProductOfferingGroup> {
  const lock = { mode: 'pessimistic_write' } as const;
  const where = { teamId, slug };
  const group = isStorable(slug) ? await manager.findOne(ProductOfferingGroup, { where, lock }) : null;
  if (!group) throw new NotFound('Product offering group');
  requireIfMatch(ifMatch, versionETag(group.version));
  return group;
}

const toColumns = (body: CreateOfferingGroup): GroupColumns => ({
  slug: body.productOfferingGroupId,
  name: body.name.trim(),
  category: canonicalCategory(body.category),
  description: body.description ?? null,
  internalDescription: body.internalDescription ?? null,
});
