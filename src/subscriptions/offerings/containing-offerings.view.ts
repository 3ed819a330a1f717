import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { itemRule, field, rule } from '../../validation/field.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { requireWithinBudget, type ContainingOfferings } from './containing-offerings.service.js';
import { OfferingView, ResourceLinkage } from './offering.view.js';

/** Upper bound for the schema; the byte budget of an answer limits the number. */
const maxItems = 10_000;

/** Declares the `include` parameter of a list of products or plans. */
export const IncludeOfferingsField = () =>
  field(
    { type: 'string', enum: ['offerings'] },
    {
      description:
        'If `offerings`, the response contains the offerings of your team that have a snapshot of the resource. If they exceed 4 MiB, the request fails with 400.',
      optional: true,
      example: 'offerings',
    },
    rule({ code: 'type', coerce: 'list' }, 'must be an array', Array.isArray),
    itemRule({ code: 'enum' }, 'must be one of offerings', (value) => value === 'offerings'),
  );

/** Query parameters of a single product or plan. */
export class GetWithOfferings {
  @IncludeOfferingsField()
  include?: string[];
}

@ApiSchema({ name: 'OfferingsRelationship' })
export class OfferingsRelationship {
  @ObjectListField(() => ResourceLinkage, { description: 'Types and IDs of the offerings.', maxItems })
  data: ResourceLinkage[];
}

@ApiSchema({ name: 'SourceRelationships' })
export class SourceRelationships {
  @ObjectField(() => OfferingsRelationship, {
    description: 'Offerings of your team that have a snapshot of the resource.',
  })
  offerings: OfferingsRelationship;
}

@ApiSchema({ name: 'IncludedOfferings' })
export class IncludedOfferings {
  @ObjectListField(() => OfferingView, {
    description: 'Offerings that have a snapshot of a resource on this page, oldest first.',
    maxItems,
  })
  offerings: OfferingView[];

  static from({ offerings }: ContainingOfferings, basePath: string): IncludedOfferings {
    return { offerings: offerings.map((offering) => OfferingView.from(offering, basePath)) };
  }
}

/** Returns the relationships of a product or plan to the offerings that contain it. */
const relationshipsOf = (id: string, { offeringIds }: ContainingOfferings): SourceRelationships => ({
  offerings: {
    data: (offeringIds.get(id) ?? []).map((offeringId) => ({
      type: 'subscription_offering',
      id: offeringId,
    })),
  },
});

/**
 * Builds the response body of a product or plan with the offerings that contain it.
 * @throws ValidationFailed if it exceeds the byte budget of an answer
 */
export const withOfferings = <R extends { id: string }>(
  resource: R,
  related: ContainingOfferings,
  basePath: string,
) =>
  requireWithinBudget(
    {
      data: { ...resource, relationships: relationshipsOf(resource.id, related) },
      included: IncludedOfferings.from(related, basePath),
    },
    related,
  );

/** Builds the response body of a list of products or plans, as withOfferings() does for one. */
export const listWithOfferings = <R extends { id: string }>(
  resources: readonly R[],
  related: ContainingOfferings,
  basePath: string,
) =>
  requireWithinBudget(
    {
      data: resources.map((each) => ({ ...each, relationships: relationshipsOf(each.id, related) })),
      included: IncludedOfferings.from(related, basePath),
    },
    related,
  );

export const idsOf = (resources: readonly { id: string }[]) => resources.map(({ id }) => id);

/** Documentation of the members that `include` adds. */
export const containingDocs = {
  included: { description: 'Offerings selected by `include`.', optional: true },
  relationships: {
    description: 'Offerings that contain the resource. Present only with `include`.',
    optional: true,
  },
};
