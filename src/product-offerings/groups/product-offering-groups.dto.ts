import { withoutNulls } from '../../common/without-nulls.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { categorySpellings, productCategories } from '../../products/product-types.js';
import { DateTimeField, EnumField, TextField } from '../../validation/fields.js';
import { PartialType } from '../../validation/mapped-types.js';
import { ServerManaged } from '../../validation/validate.js';
import { groupSlug } from '../product-offering-fields.js';
import type { ProductOfferingGroup } from './product-offering-group.entity.js';

const optionalNullable = { optional: true, nullable: true };
const exampleTime = '2026-01-31T09:30:00.000Z';
const name = { description: 'Name of the group.', max: 255, example: 'Mobile plans' };
const description = { description: 'Description for customers.', max: 10_000, example: 'Plans for phones.' };
const internalDescription = {
  description: 'Internal notes, visible only to the owner.',
  max: 10_000,
  example: 'Reviewed in January.',
};

@ServerManaged('createdAt', 'updatedAt')
export class CreateOfferingGroup {
  @TextField({
    ...groupSlug,
    description: 'ID of the group, unique within the team. It cannot be changed after creation.',
  })
  productOfferingGroupId: string;

  @TextField({ ...name, kind: 'name', min: 1 })
  name: string;

  @EnumField(categorySpellings, {
    description: 'Product category. The prefix `PRODUCT_CATEGORY_` is accepted and removed.',
    example: 'SUBSCRIPTION_CELL',
  })
  category: string;

  @TextField({ ...description, ...optionalNullable })
  description?: string | null;

  @TextField({ ...internalDescription, ...optionalNullable })
  internalDescription?: string | null;
}

/** A JSON merge patch (RFC 7396). */
export class UpdateOfferingGroup extends PartialType(CreateOfferingGroup) {}

/** A group as embedded in a product offering. Members without a value are omitted. */
@ApiSchema({ name: 'OfferingGroup' })
export class OfferingGroupView {
  @TextField({ ...groupSlug, description: 'ID of the group, unique within its team.' })
  productOfferingGroupId: string;

  @TextField(name)
  name: string;

  @EnumField(productCategories, { description: 'Product category.', example: 'SUBSCRIPTION_CELL' })
  category: string;

  @TextField({ ...description, optional: true })
  description?: string;

  @TextField({ ...internalDescription, optional: true })
  internalDescription?: string;

  static from(this: void, group: ProductOfferingGroup, isOwner: boolean): OfferingGroupView {
    return withoutNulls<OfferingGroupView>({
      productOfferingGroupId: group.slug,
      name: group.name,
      category: group.category,
      description: group.description,
      internalDescription: isOwner ? group.internalDescription : undefined,
    } satisfies Record<keyof OfferingGroupView, unknown>);
  }
}

/** A group as shown to its owner. */
@ApiSchema({ name: 'ProductOfferingGroup' })
export class ProductOfferingGroupView extends OfferingGroupView {
  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static override from(this: void, group: ProductOfferingGroup): ProductOfferingGroupView {
    return {
      ...OfferingGroupView.from(group, true),
      createdAt: group.createdAt.toISOString(),
      updatedAt: group.updatedAt.toISOString(),
    };
  }
}

@ApiSchema({ name: 'ProductOfferingGroupList' })
export class ProductOfferingGroupListView extends ItemsPageOf(ProductOfferingGroupView) {}
