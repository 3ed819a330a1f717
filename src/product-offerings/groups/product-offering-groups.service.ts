import { Sql } from '../../sql/sql.js';
import { isStorable } from '../../common/storable-text.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { Conflict, NotFound } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { validateOrThrow } from '../../validation/validate.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import { mergePatch } from '../../validation/merge-patch.js';
import { newId } from '../../common/new-id.js';
import type { Page } from '../../paging/page.js';
import { jsonEqual } from '../../common/json-equal.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { canonicalCategory } from '../../products/product-types.js';
import { ProductOfferingGroup } from './product-offering-group.entity.js';
import { CreateOfferingGroup, ProductOfferingGroupView } from './product-offering-groups.dto.js';

type Columns = Pick<
  ProductOfferingGroup,
  'slug' | 'name' | 'category' | 'description' | 'internalDescription'
>;

/** What a provider does with its own groups; they go by their slug. Another team's group is not found. */
@Injectable()
export class ProductOfferingGroupsService {
  constructor(
    @InjectRepository(ProductOfferingGroup) private readonly groups: Repository<ProductOfferingGroup>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws Conflict for an id in use */
  async create(teamId: string, body: CreateOfferingGroup): Promise<ProductOfferingGroup> {
    const now = new Date();
    const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    const group = this.groups.create({ ...toColumns(body), ...row });
    const taken = () => new Conflict(`The group ${group.slug} already exists in your team`);
    await translateConstraintErrors({ product_offering_groups_slug_uq: taken }, () =>
      this.groups.insert(group),
    );
    return group;
  }

  list(teamId: string, query: ItemsQuery): Promise<Page<ProductOfferingGroup>> {
    const list = this.groups.createQueryBuilder('grp').where({ teamId });
    return keysetPage(list, query, { name: `product-offering-groups ${teamId}`, cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(teamId: string, slug: string): Promise<ProductOfferingGroup> {
    const group = isStorable(slug) ? await this.groups.findOneBy({ teamId, slug }) : null;
    if (!group) throw new NotFound('Product offering group');
    return group;
  }

  /**
   * Applies a JSON merge patch; the id never changes.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for another id
   */
  update(teamId: string, slug: string, patch: unknown, ifMatch?: string): Promise<ProductOfferingGroup> {
    return this.sql.transaction(async ({ manager }) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const where = { teamId, slug };
      const group = isStorable(slug) ? await manager.findOne(ProductOfferingGroup, { where, lock }) : null;
      if (!group) throw new NotFound('Product offering group');
      requireIfMatch(ifMatch, versionETag(group.version));
      const merged = mergePatch(ProductOfferingGroupView.ofOwner(group), patch, []);
      const columns = toColumns(validateOrThrow(CreateOfferingGroup, merged));
      if (columns.slug !== slug) throw new Conflict('The id of a group never changes');
      if (isSame(group, columns)) return group;
      Object.assign(group, columns, { version: group.version + 1, updatedAt: new Date() });
      await manager.update(ProductOfferingGroup, { id: group.id }, group);
      return group;
    });
  }
}

const isSame = (group: ProductOfferingGroup, columns: Columns) =>
  (Object.keys(columns) as (keyof Columns)[]).every((name) => jsonEqual(group[name], columns[name]));

const toColumns = (body: CreateOfferingGroup): Columns => ({
  slug: body.productOfferingGroupId,
  name: body.name.trim(),
  category: canonicalCategory(body.category),
  description: body.description ?? null,
  internalDescription: body.internalDescription ?? null,
});
