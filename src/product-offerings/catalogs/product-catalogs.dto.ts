import { IdListField } from '../../validation/list-fields.js';
import { ApiProperty, ApiSchema } from '../../lazy-swagger/decorators.js';
import type { FieldOptions } from '../../validation/field.js';
import { EnumField, BooleanField, IdField, DateTimeField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { ItemsPageOf } from '../../paging/items-page.js';
import { OmitType, PartialType } from '../../validation/mapped-types.js';
import { FreeObjectField } from '../../validation/object-fields.js';
import { withoutNulls } from '../../common/without-nulls.js';
import { customerTypes, type CustomerType } from '../../products/product-types.js';
import type { ProductCatalog } from './product-catalog.entity.js';
import { OfferingGroupView } from '../groups/product-offering-groups.dto.js';
import { ProductOfferingView } from '../product-offering-view.dto.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';

const given = { optional: true, nullable: true };
const exampleTime = '2026-01-31T09:30:00.000Z';
const customer = { description: 'Whose catalog it is.', example: 'CONSUMER' };
const reference = { description: "The provider's own reference.", max: 2048, example: 'pim-7' };

const OfferingIds = (options: Partial<FieldOptions>) =>
  IdListField(
    { description: 'Own product offerings for these customers, in the order to show them.', ...options },
    { max: 200 },
  );

@ServerManaged('productCatalogId', 'createdAt', 'updatedAt')
export class CreateProductCatalog {
  @TextField({ description: 'Name of the catalog.', min: 1, max: 255, example: 'Mobile for everyone' })
  name: string;

  @EnumField(customerTypes, customer)
  customerType: CustomerType;

  @TextField({ description: 'Description.', max: 10_000, ...given, example: 'All that we sell.' })
  description?: string | null;

  @BooleanField({
    description: 'The default for these customers. The catalog that was the default before no longer is.',
    default: false,
    optional: true,
    example: true,
  })
  isDefault?: boolean;

  @OfferingIds(given)
  productOfferingIds?: string[] | null;

  @TextField({ ...reference, ...given })
  external_reference?: string | null;

  @FreeObjectField({ description: 'Free JSON object, at most 16 KiB.', ...given, example: {} })
  metadata?: object | null;
}

/** A JSON merge patch (RFC 7396); lists and free objects are replaced whole. */
export class UpdateProductCatalog extends PartialType(CreateProductCatalog) {}

export class ReadDefaultCatalog {
  @EnumField(customerTypes, { ...customer, default: 'CONSUMER', optional: true })
  customerType?: CustomerType;

  @IdField({ description: 'The provider whose default catalog it is; left out: see above.', optional: true })
  providerId?: string;
}

/** A catalog with the product offerings that it names. */
export interface OwnCatalog {
  catalog: ProductCatalog;
  productOfferingIds: string[];
}

/** A catalog as its owner keeps it. A member without a value is left out. */
@ApiSchema({ name: 'OwnProductCatalog' })
export class OwnProductCatalogView {
  @IdField({ description: 'Id of the catalog (UUID v7).' })
  productCatalogId: string;

  @TextField({ description: 'Name of the catalog.', max: 255, example: 'Mobile for everyone' })
  name: string;

  @TextField({ description: 'Description.', max: 10_000, optional: true, example: 'All that we sell.' })
  description?: string;

  @EnumField(customerTypes, customer)
  customerType: CustomerType;

  @BooleanField({ description: 'Whether it is the default for these customers.', example: true })
  isDefault: boolean;

  @OfferingIds({})
  productOfferingIds: string[];

  @TextField({ ...reference, optional: true })
  external_reference?: string;

  @FreeObjectField({ description: 'Free JSON object.', example: {} })
  metadata: object;

  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static from(this: void, { catalog, productOfferingIds }: OwnCatalog): OwnProductCatalogView {
    return withoutNulls<OwnProductCatalogView>({
      ...shared(catalog),
      isDefault: catalog.isDefault,
      productOfferingIds,
    });
  }
}

/** A default catalog with what is available in it, as customers see it. */
@ApiSchema({ name: 'ProductCatalog' })
export class ProductCatalogView extends OmitType(OwnProductCatalogView, ['isDefault', 'productOfferingIds']) {
  @ApiProperty({ type: [ProductOfferingView], description: 'What is available, in order.' })
  productOfferings: ProductOfferingView[];

  @ApiProperty({ type: [OfferingGroupView], description: 'The groups of these, in order.' })
  productOfferingGroups: OfferingGroupView[];

  static of(
    this: void,
    catalog: ProductCatalog,
    shown: readonly ProductOfferingDetails[],
  ): ProductCatalogView {
    const groups = new Map(
      shown.flatMap(({ group, owned }) =>
        group ? [[group.id, OfferingGroupView.from(group, owned)] as const] : [],
      ),
    );
    return withoutNulls<ProductCatalogView>({
      ...shared(catalog),
      productOfferings: shown.map(ProductOfferingView.from),
      productOfferingGroups: [...groups.values()],
    });
  }
}

@ApiSchema({ name: 'OwnProductCatalogList' })
export class OwnProductCatalogListView extends ItemsPageOf(OwnProductCatalogView) {}

const shared = (catalog: ProductCatalog) => ({
  productCatalogId: catalog.id,
  name: catalog.name,
  description: catalog.description,
  customerType: catalog.customerType,
  external_reference: catalog.externalReference,
  metadata: catalog.metadata,
  createdAt: catalog.createdAt.toISOString(),
  updatedAt: catalog.updatedAt.toISOString(),
});
