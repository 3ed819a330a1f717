import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, DateTimeField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { PartialType } from '../../validation/mapped-types.js';
import { withoutNulls } from '../../common/without-nulls.js';
import { categorySpellings, productCategories } from '../../products/product-types.js';
import { groupSlug } from '../product-offering-fields.js';
import type { ProductOfferingGroup } from './product-offering-group.entity.js';

const given = { optional: true, nullable: true };
const exampleTime = '2026-01-31T09:30:00.000Z';
const description = { description: 'Description for customers.', max: 10_000, example: 'Plans for phones.' };
const internal = { description: 'Notes; for the owner only.', max: 10_000, example: 'Reviewed in January.' };

@ServerManaged('createdAt', 'updatedAt')
export class CreateOfferingGroup {
  @TextField({ ...groupSlug, description: 'Id of the group, unique in the team; it never changes.' })
  productOfferingGroupId: string;

  @TextField({ description: 'Name of the group.', min: 1, max: 255, example: 'Mobile plans' })
  name: string;

  @EnumField(categorySpellings, {
    description: 'Category; the prefix `PRODUCT_CATEGORY_` is accepted and not kept.',
    example: 'SUBSCRIPTION_CELL',
  })
  category: string;

  @TextField({ ...description, ...given })
  description?: string | null;

  @TextField({ ...internal, ...given })
  internalDescription?: string | null;
}

/** A JSON merge patch (RFC 7396). */
export class UpdateOfferingGroup extends PartialType(CreateOfferingGroup) {}

/** A group as it stands inside a product offering. A member without a value is left out. */
@ApiSchema({ name: 'OfferingGroup' })
export class OfferingGroupView {
  @TextField({ ...groupSlug, description: 'Id of the group, unique in its team.' })
  productOfferingGroupId: string;

  @TextField({ description: 'Name of the group.', max: 255, example: 'Mobile plans' })
  name: string;

  @EnumField(productCategories, { description: 'Category.', example: 'SUBSCRIPTION_CELL' })
  category: string;

  @TextField({ ...description, optional: true })
  description?: string;

  @TextField({ ...internal, optional: true })
  internalDescription?: string;

  static from(this: void, group: ProductOfferingGroup, owned: boolean): OfferingGroupView {
    return withoutNulls<OfferingGroupView>({
      productOfferingGroupId: group.slug,
      name: group.name,
      category: group.category,
      description: group.description,
      internalDescription: owned ? group.internalDescription : undefined,
    });
  }
}

/** A group in full, for its owner. */
@ApiSchema({ name: 'ProductOfferingGroup' })
export class ProductOfferingGroupView extends OfferingGroupView {
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static ofOwner(this: void, group: ProductOfferingGroup): ProductOfferingGroupView {
    return {
      ...OfferingGroupView.from(group, true),
      createdAt: group.createdAt.toISOString(),
      updatedAt: group.updatedAt.toISOString(),
    };
  }
}

@ApiSchema({ name: 'ProductOfferingGroupList' })
export class ProductOfferingGroupListView extends ItemsPageOf(ProductOfferingGroupView) {}
