import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { itemRule, field, rule } from '../../validation/field.js';
import { BooleanField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { firstItems, listDocument, type OffsetPage } from '../json-api/offset-page.js';
import { requireWithinBudget, type ContainingOfferings } from './containing-offerings.service.js';
import { OfferingView, ResourceLinkage } from './offering.view.js';

/** Upper bound for the schema; the byte budget of an answer limits the number. */
const maxItems = 10_000;

/** Declares the `include` parameter of products or plans. `tooLarge` says what happens above 4 MiB. */
const IncludeField = (tooLarge: string) =>
  field(
    { type: 'string', enum: ['offerings'] },
    {
      description: `If \`offerings\`, the response contains the offerings of your team that have a snapshot of the resource. ${tooLarge}`,
      optional: true,
      example: 'offerings',
    },
    rule({ code: 'type', coerce: 'list' }, 'must be an array', Array.isArray),
    itemRule({ code: 'enum' }, 'must be one of offerings', (value) => value === 'offerings'),
  );

/** Declares the `include` parameter of a list of products or plans. */
export const IncludeOfferingsField = () =>
  IncludeField(
    'If that exceeds 4 MiB, the page ends early; see `page[limit]`. If the offerings of a single resource do, a page begins with it, ends after it, and contains only some of its offerings; `relationships.offerings.meta` says so.',
  );

/** Query parameters of a single product or plan. */
export class GetWithOfferings {
  @IncludeField('If they exceed 4 MiB, the request fails with 400.')
  include?: string[];
}

@ApiSchema({ name: 'OfferingsRelationshipMeta' })
export class OfferingsRelationshipMeta {
  @BooleanField({
    description: 'Whether more offerings than those in `data` have a snapshot of the resource.',
    example: true,
  })
  has_more: boolean;
}

@ApiSchema({ name: 'OfferingsRelationship' })
export class OfferingsRelationship {
  @ObjectListField(() => ResourceLinkage, { description: 'Types and IDs of the offerings.', maxItems })
  data: ResourceLinkage[];
  @ObjectField(() => OfferingsRelationshipMeta, {
    description:
      'Present only if the offerings of this resource alone exceed 4 MiB. In that case, `data` and `included` contain the oldest of them.',
    optional: true,
  })
  meta?: OfferingsRelationshipMeta;
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
}

/** A product or plan, and the offerings that contain it, except those that contain an earlier one on the page. */
interface EntryWithOfferings<R> {
  resource: R & { relationships: SourceRelationships };
  offerings: OfferingView[];
}

/** Returns a function that converts the products or plans of a page, one after the other. */
function withOfferingsOf<R extends { id: string }>(
  { offerings, offeringIds, complete }: ContainingOfferings,
  basePath: string,
): (resource: R) => EntryWithOfferings<R> {
  const earlier = new Set<string>();
  return (resource) => {
    const found = (offeringIds.get(resource.id) ?? []).flatMap((id) => offerings.get(id) ?? []);
    const added = found.filter(({ offering }) => !earlier.has(offering.id));
    for (const { offering } of added) earlier.add(offering.id);
    const data = found.map(({ offering }) => ({ type: 'subscription_offering', id: offering.id }));
    const meta = complete === 0 ? { meta: { has_more: true } } : {};
    return {
      resource: { ...resource, relationships: { offerings: { data, ...meta } } },
      offerings: added.map((offering) => OfferingView.from(offering, basePath)),
    };
  };
}

/** Returns offerings, oldest first. */
const oldestFirst = (offerings: OfferingView[]) =>
  offerings.toSorted(
    (a, b) => compare(a.attributes.created_at, b.attributes.created_at) || compare(a.id, b.id),
  );

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/**
 * Builds the response body of a product or plan with the offerings that contain it.
 * @throws ValidationFailed if it exceeds the byte budget of an answer
 */
export function withOfferings<R extends { id: string }>(
  resource: R,
  related: ContainingOfferings,
  basePath: string,
) {
  const entry = withOfferingsOf<R>(related, basePath)(resource);
  return requireWithinBudget(
    { data: entry.resource, included: { offerings: oldestFirst(entry.offerings) } },
    related,
  );
}

/**
 * Builds the response body of a list of products or plans with the offerings that contain them. The page ends before the
 * first of them whose offerings are not complete; if that is the first one, after it.
 * @throws ValidationFailed if the page would end early, but must not
 */
export function listWithOfferings<T, R extends { id: string }>(
  page: OffsetPage<T>,
  related: ContainingOfferings,
  viewOf: (item: T) => R,
  { basePath, url }: { basePath: string; url: string },
) {
  const toEntry = withOfferingsOf<R>(related, basePath);
  const shown = firstItems(page, Math.max(1, related.complete));
  return listDocument(
    { ...shown, large: page.large || related.large },
    {
      entryOf: (item) => toEntry(viewOf(item)),
      contentOf: (entries) => ({
        data: entries.map(({ resource }) => resource),
        included: { offerings: oldestFirst(entries.flatMap(({ offerings }) => offerings)) },
      }),
    },
    url,
  );
}

export const idsOf = (resources: readonly { id: string }[]) => resources.map(({ id }) => id);

/** Documentation of the members that `include` adds. */
export const containingDocs = {
  included: { description: 'Offerings selected by `include`.', optional: true },
  relationships: {
    description: 'Offerings that contain the resource. Present only with `include`.',
    optional: true,
  },
};
