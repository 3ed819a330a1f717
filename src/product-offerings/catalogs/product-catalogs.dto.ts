import { withoutNulls } from '../../common/without-nulls.js';
import { ApiProperty, ApiSchema } from '../../lazy-swagger/decorators.js';
import { jsonBytes } from '../../paging/answer-budget.js';
import { ItemsPageOf, Pagination } from '../../paging/items-page.js';
import { viewPage, type Page } from '../../paging/page.js';
import { customerTypes, type CustomerType } from '../../products/product-types.js';
import type { FieldOptions } from '../../validation/field.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  TextField,
} from '../../validation/fields.js';
import { IdListField } from '../../validation/list-fields.js';
import { OmitType, PartialType } from '../../validation/mapped-types.js';
import { FreeObjectField } from '../../validation/object-fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { OfferingGroupView } from '../groups/product-offering-groups.dto.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';
import { ProductOfferingView } from '../product-offering-view.dto.js';
import type { ProductCatalog } from './product-catalog.entity.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';

const optionalNullable = { optional: true, nullable: true };
const exampleTime = '2026-01-31T09:30:00.000Z';
const name = { description: 'Name of the catalog.', max: 255, example: 'Mobile for everyone' };
const description = {
  description: 'Description of the catalog.',
  max: 10_000,
  example: 'Our full range of mobile plans.',
};
const customerType = { description: 'Customer type that the catalog is for.', example: 'CONSUMER' };
const externalReference = {
  description: "Reference in the provider's own systems.",
  max: 2048,
  example: 'pim-7',
};

/** Maximum number of product offerings in a catalog. */
export const maxCatalogItems = 200;

const OfferingIdsField = (options: Partial<FieldOptions>) =>
  IdListField(
    {
      description:
        "IDs of your team's product offerings for this customer type, in the order in which the catalog shows them.",
      example: [exampleIdIn('/product-offerings')],
      ...options,
    },
    { max: maxCatalogItems },
  );

@ServerManaged('productCatalogId', 'createdAt', 'updatedAt')
export class CreateProductCatalog {
  @TextField({ ...name, kind: 'name', min: 1 })
  name: string;

  @EnumField(customerTypes, customerType)
  customerType: CustomerType;

  @TextField({ ...description, ...optionalNullable })
  description?: string | null;

  @BooleanField({
    description:
      'Whether this is the default catalog for the customer type. A new default replaces the previous one.',
    default: false,
    optional: true,
    example: true,
  })
  isDefault?: boolean;

  @OfferingIdsField(optionalNullable)
  productOfferingIds?: string[] | null;

  @TextField({ ...externalReference, ...optionalNullable, kind: 'identifier' })
  external_reference?: string | null;

  @FreeObjectField({
    description: 'Free-form JSON object of at most 16 KiB.',
    ...optionalNullable,
    example: {},
  })
  metadata?: object | null;
}

/** A JSON merge patch (RFC 7396). Lists and free-form objects are replaced as a whole. */
export class UpdateProductCatalog extends PartialType(CreateProductCatalog) {}

export class GetDefaultProductCatalog {
  @EnumField(customerTypes, { ...customerType, default: 'CONSUMER', optional: true })
  customerType?: CustomerType;

  @IdField({
    description:
      'Team ID of the provider that owns the catalog. Without it, provider and hybrid teams get their own catalog. Resellers get the default catalog of the provider that has had one the longest.',
    optional: true,
  })
  providerId?: string;

  @NumberField({
    description:
      'Maximum number of product offerings to return. There can be fewer, because an answer has at most 4 MiB; use `pagination.nextCursor` to read all of them.',
    default: maxCatalogItems,
    integer: true,
    min: 1,
    max: maxCatalogItems,
    optional: true,
    example: maxCatalogItems,
  })
  limit?: number;

  @TextField({
    description:
      'The `nextCursor` value of the previous response. It is valid until the catalog changes. Omit it to start with the first product offering.',
    max: 2048,
    optional: true,
  })
  cursor?: string;
}

/** A catalog and the IDs of its product offerings, in catalog order. */
export interface ProductCatalogDetails {
  catalog: ProductCatalog;
  productOfferingIds: string[];
}

/** A catalog as shown to its owner. Members without a value are omitted. */
@ApiSchema({ name: 'OwnProductCatalog' })
export class OwnProductCatalogView {
  @IdField({ description: 'ID of the catalog (UUID v7).' })
  productCatalogId: string;

  @TextField(name)
  name: string;

  @TextField({ ...description, optional: true })
  description?: string;

  @EnumField(customerTypes, customerType)
  customerType: CustomerType;

  @BooleanField({
    description: 'Whether this is the default catalog for the customer type.',
    example: true,
  })
  isDefault: boolean;

  @OfferingIdsField({})
  productOfferingIds: string[];

  @TextField({ ...externalReference, optional: true })
  external_reference?: string;

  @FreeObjectField({ description: 'Free-form JSON object.', example: {} })
  metadata: object;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static from(this: void, { catalog, productOfferingIds }: ProductCatalogDetails): OwnProductCatalogView {
    return withoutNulls<OwnProductCatalogView>({
      ...sharedMembers(catalog),
      isDefault: catalog.isDefault,
      productOfferingIds,
    } satisfies Record<keyof OwnProductCatalogView, unknown>);
  }
}

class CatalogPagination extends OmitType(Pagination, ['limit']) {
  @NumberField({
    description: 'Maximum number of product offerings in the response.',
    integer: true,
    min: 1,
    max: maxCatalogItems,
    example: maxCatalogItems,
  })
  limit: number;
}

/** A default catalog with its available product offerings, as shown to customers. */
@ApiSchema({ name: 'ProductCatalog' })
export class ProductCatalogView extends OmitType(OwnProductCatalogView, ['isDefault', 'productOfferingIds']) {
  @ApiProperty({
    type: [ProductOfferingView],
    description:
      'Available product offerings, in catalog order: all of them, or a page if there are too many.',
  })
  productOfferings: ProductOfferingView[];

  @ApiProperty({
    type: [OfferingGroupView],
    description: 'Groups of these product offerings, in order of first appearance.',
  })
  productOfferingGroups: OfferingGroupView[];

  @ApiProperty({ type: CatalogPagination })
  pagination: CatalogPagination;

  static from(
    this: void,
    catalog: ProductCatalog,
    page: Page<ProductOfferingDetails>,
    { limit = maxCatalogItems }: GetDefaultProductCatalog,
  ): ProductCatalogView {
    const shared = sharedMembers(catalog);
    const seen = new Set<string>();
    const views = viewPage(
      page,
      (details) => {
        const offering = ProductOfferingView.from(details);
        const { group, isOwner } = details;
        if (!group || seen.has(group.id)) return { offering };
        seen.add(group.id);
        return { offering, group: OfferingGroupView.from(group, isOwner) };
      },
      jsonBytes(shared) + 1024,
    );
    return withoutNulls<ProductCatalogView>({
      ...shared,
      productOfferings: views.items.map(({ offering }) => offering),
      productOfferingGroups: views.items.flatMap(({ group }) => group ?? []),
      pagination: { nextCursor: views.next ?? null, limit },
    } satisfies Record<keyof ProductCatalogView, unknown>);
  }
}

@ApiSchema({ name: 'OwnProductCatalogList' })
export class OwnProductCatalogListView extends ItemsPageOf(OwnProductCatalogView) {}

const sharedMembers = (catalog: ProductCatalog) => ({
  productCatalogId: catalog.id,
  name: catalog.name,
  description: catalog.description,
  customerType: catalog.customerType,
  external_reference: catalog.externalReference,
  metadata: catalog.metadata,
  createdAt: catalog.createdAt.toISOString(),
  updatedAt: catalog.updatedAt.toISOString(),
});
