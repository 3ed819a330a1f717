import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';
import {
  EnumField,
  DateTimeField,
  TextField,
  TextListField,
  IdField,
  UnlimitedTextField,
} from '../../validation/fields.js';
import { ResourceMeta, Timestamps } from '../json-api/envelope.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { withoutNulls } from '../../common/without-nulls.js';
import { maxParts } from './parts/part-kind.js';
import type { WholeOffering } from './offering-with-parts.js';

const exampleTime = '2026-02-03T09:00:00.120Z';
const examplePath = '/subscriptions/offerings/0190c3de-2222-7000-8000-000000000002';

@ApiSchema({ name: 'ResourceLinkage' })
export class Linkage {
  @TextField({
    description: 'Type of the resource that is linked.',
    max: 100,
    example: 'subscription_offering_product',
  })
  type: string;
  @IdField({ description: 'Id of the resource that is linked.' })
  id: string;
}

@ApiSchema({ name: 'RelationshipLinks' })
export class RelationshipLinks {
  @TextField({ description: 'The resources that are linked.', max: 200, example: `${examplePath}/products` })
  related: string;
  @TextField({ description: 'The offering.', max: 200, example: examplePath })
  self: string;
}

@ApiSchema({ name: 'ToManyRelationship' })
export class ToMany {
  @ObjectListField(() => Linkage, { description: 'What is linked, in its order.', maxItems: maxParts })
  data: Linkage[];
  @ObjectField(() => RelationshipLinks, { description: 'Where to read it.' })
  links: RelationshipLinks;
}

@ApiSchema({ name: 'SubscriptionOfferingRelationships' })
export class OfferingRelationships {
  @ObjectField(() => ToMany, { description: 'The snapshots of products.' })
  products: ToMany;
  @ObjectField(() => ToMany, { description: 'The snapshots of plans.' })
  plans: ToMany;

  static from({ offering, products, plans }: WholeOffering): OfferingRelationships {
    const self = `/subscriptions/offerings/${offering.id}`;
    const toMany = (name: 'product' | 'plan', parts: { id: string }[]) => ({
      data: parts.map(({ id }) => ({ type: `subscription_offering_${name}`, id })),
      links: { related: `${self}/${name}s`, self },
    });
    return { products: toMany('product', products), plans: toMany('plan', plans) };
  }
}

@ApiSchema({ name: 'SubscriptionOfferingAttributes' })
export class OfferingAttributesView {
  @UnlimitedTextField({ description: 'Name for customers.', optional: false, example: 'City Bike Club' })
  name: string;
  @UnlimitedTextField({ description: 'Description for customers.', example: 'Ride all year.' })
  description?: string;
  @UnlimitedTextField({ description: "Id in the provider's own system.", example: 'bikes-2' })
  external_ref?: string;
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'When it or anything in it was last changed.', example: exampleTime })
  updated_at: string;
}

@ApiSchema({ name: 'SubscriptionOfferingMeta' })
export class OfferingMeta extends ResourceMeta {
  @TextListField({
    description: 'The references of the products in it, each once.',
    maxItems: maxParts,
    maxLength: 2048,
    example: ['pim-778'],
  })
  external_product_refs: string[];
}

@ApiSchema({ name: 'SubscriptionOffering' })
export class OfferingView {
  @IdField({ description: 'Id of the offering.' })
  id: string;
  @EnumField(['subscription_offering'], {
    description: 'Type of the resource.',
    example: 'subscription_offering',
  })
  type: string;
  @field({ type: () => OfferingAttributesView } as never, { description: 'What it is made of.' })
  attributes: OfferingAttributesView;
  @field({ type: () => OfferingRelationships } as never, { description: 'The snapshots in it.' })
  relationships: OfferingRelationships;
  @field({ type: () => OfferingMeta } as never, { description: 'What the server knows of it.' })
  meta: OfferingMeta;

  static from(this: void, whole: WholeOffering): OfferingView {
    const { id, name, description, externalRef } = whole.offering;
    const refs = whole.products.map((product) => product.externalRef).filter((ref) => ref !== null);
    return {
      id,
      type: 'subscription_offering',
      attributes: withoutNulls({
        name,
        description,
        external_ref: externalRef,
        ...Timestamps.from(whole.offering),
      }),
      relationships: OfferingRelationships.from(whole),
      meta: { ...ResourceMeta.of(whole.offering), external_product_refs: [...new Set(refs)] },
    };
  }
}
