import { withoutNulls } from '../../common/without-nulls.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  EnumField,
  DateTimeField,
  TextField,
  TextListField,
  IdField,
  UnlimitedTextField,
} from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { exampleTime, ResourceMeta, ResourceTimestamps } from '../json-api/envelope.js';
import type { OfferingWithSnapshots } from './offering-with-snapshots.js';
import { maxSnapshots } from './snapshots/snapshot-kind.js';

const examplePath = '/subscriptions/offerings/0190c3de-2222-7000-8000-000000000002';

@ApiSchema({ name: 'ResourceLinkage' })
export class ResourceLinkage {
  @TextField({
    description: 'Type of the related resource.',
    max: 100,
    example: 'subscription_offering_product',
  })
  type: string;
  @IdField({ description: 'ID of the related resource.' })
  id: string;
}

@ApiSchema({ name: 'RelationshipLinks' })
export class RelationshipLinks {
  @TextField({ description: 'Path of the related resources.', max: 200, example: `${examplePath}/products` })
  related: string;
  @TextField({ description: 'Path of the offering.', max: 200, example: examplePath })
  self: string;
}

@ApiSchema({ name: 'ToManyRelationship' })
export class ToManyRelationship {
  @ObjectListField(() => ResourceLinkage, {
    description: 'Types and IDs of the related resources, in the order in which they were attached.',
    maxItems: maxSnapshots,
  })
  data: ResourceLinkage[];
  @ObjectField(() => RelationshipLinks, { description: 'Paths of the related resources and the offering.' })
  links: RelationshipLinks;
}

@ApiSchema({ name: 'SubscriptionOfferingRelationships' })
export class OfferingRelationships {
  @ObjectField(() => ToManyRelationship, { description: 'Snapshots of products.' })
  products: ToManyRelationship;
  @ObjectField(() => ToManyRelationship, { description: 'Snapshots of plans.' })
  plans: ToManyRelationship;

  /** @param basePath the path of `/subscriptions` for links */
  static from({ offering, products, plans }: OfferingWithSnapshots, basePath: string): OfferingRelationships {
    const self = `${basePath}/offerings/${offering.id}`;
    const toMany = (name: 'product' | 'plan', snapshots: { id: string }[]) => ({
      data: snapshots.map(({ id }) => ({ type: `subscription_offering_${name}`, id })),
      links: { related: `${self}/${name}s`, self },
    });
    return { products: toMany('product', products), plans: toMany('plan', plans) };
  }
}

/** Documentation of the attributes, shared by requests and responses. */
export const offeringDocs = {
  name: { description: 'Name shown to customers.', example: 'City Bike Club' },
  description: { description: 'Description shown to customers.', example: 'Ride all year.' },
  externalRef: { description: "Reference in the provider's own system.", example: 'bikes-2' },
};

@ApiSchema({ name: 'SubscriptionOfferingAttributes' })
export class OfferingAttributesView {
  @UnlimitedTextField({ ...offeringDocs.name, optional: false })
  name: string;
  @UnlimitedTextField(offeringDocs.description)
  description?: string;
  @UnlimitedTextField(offeringDocs.externalRef)
  external_ref?: string;
  @DateTimeField({ description: 'Creation time.', example: exampleTime })
  created_at: string;
  @DateTimeField({
    description: 'Time of the last change to the offering or its snapshots.',
    example: exampleTime,
  })
  updated_at: string;
}

@ApiSchema({ name: 'SubscriptionOfferingMeta' })
export class OfferingMeta extends ResourceMeta {
  @TextListField({
    description: 'Distinct `external_ref` values of the products in the offering.',
    maxItems: maxSnapshots,
    maxLength: 2048,
    example: ['pim-778'],
  })
  external_product_refs: string[];
}

@ApiSchema({ name: 'SubscriptionOffering' })
export class OfferingView {
  @IdField({ description: 'ID of the offering.' })
  id: string;
  @EnumField(['subscription_offering'], {
    description: 'Type of the resource.',
    example: 'subscription_offering',
  })
  type: string;
  @ObjectField(() => OfferingAttributesView, { description: 'Attributes of the offering.' })
  attributes: OfferingAttributesView;
  @ObjectField(() => OfferingRelationships, { description: 'Snapshots in the offering.' })
  relationships: OfferingRelationships;
  @ObjectField(() => OfferingMeta, { description: 'Owner, timestamps and product references.' })
  meta: OfferingMeta;

  /** @param basePath the path of `/subscriptions` for links */
  static from({ offering, products, plans }: OfferingWithSnapshots, basePath: string): OfferingView {
    const { id, name, description, externalRef } = offering;
    const refs = products.map((product) => product.externalRef).filter((ref) => ref !== null);
    return {
      id,
      type: 'subscription_offering',
      attributes: withoutNulls({
        name,
        description,
        external_ref: externalRef,
        ...ResourceTimestamps.from(offering),
      }),
      relationships: OfferingRelationships.from({ offering, products, plans }, basePath),
      meta: { ...ResourceMeta.of(offering), external_product_refs: [...new Set(refs)] },
    };
  }
}
