import type { Area } from '../areas/area.js';
import { ZipCodesField, type ServiceAreaFields } from '../areas/service-area-fields.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { field } from '../validation/field.js';
import { EnumField, BooleanField, DateTimeField, NumberField, TextField } from '../validation/fields.js';
import { dollars, choiceOf } from '../validation/hints/converters.js';
import { Hints, type FieldHints } from '../validation/hints/hints.js';
import { ObjectField } from '../validation/object-fields.js';
import { ServerManaged } from '../validation/validate.js';
import { IntersectionType, OmitType, PartialType, PickType } from '../validation/mapped-types.js';
import { fromMinorUnits } from '../money/money.js';
import { PageQuery } from '../paging/page.js';
import { categoryNames, type CategoryName } from './categories/all-categories.js';
import { AssessmentView } from './assessment/assessment-view.js';
import { FeedNameField } from './feeds/feed-fields.js';
import { OfferFields, offerFieldNames } from './offer-fields.js';
import { offerStatuses, type OfferStatus } from './offer-status.js';
import { Contract, Introductory } from './pricing/price-fields.js';
import { Pricing } from './pricing/pricing-view.js';
import type { StoredOffer } from './offer-columns.js';

const exampleId = '0190c3de-0000-7000-8000-00000000000a';
const exampleTime = '2026-01-31T09:30:00.000Z';
/** Members that the server sets, and that are ignored in bodies. */
export const serverManaged = [
  'id',
  'teamId',
  'feed',
  'pricing',
  'complianceAssessment',
  'version',
  'createdAt',
  'updatedAt',
];

/** Names of the public Offergrid guides, which put prices and fees into `metadata`, and of other catalogs. */
const offerHints: FieldHints = {
  name: { otherNames: ['title', 'offerName', 'productName'] },
  monthlyPrice: { otherNames: ['price', 'monthlyCost', 'pricePerMonth', 'monthlyFee'], convert: dollars },
  category: { otherNames: ['serviceType', 'serviceCategory'], convert: choiceOf(categoryNames) },
  externalId: { otherNames: ['externalRef', 'externalReference'] },
  keyFeatures: { otherNames: ['features', 'highlights'] },
  imageUrl: { otherNames: ['image', 'logoUrl'] },
  marketingHeadline: { otherNames: ['headline', 'tagline'] },
  serviceSpecificData: { otherNames: ['serviceData', 'specifications', 'specs'] },
  availableZipCodes: { otherNames: ['zipCodes', 'zips', 'postalCodes'] },
  fees: { otherNames: ['setupFees'] },
  introductory: { otherNames: ['introRate', 'introductoryPrice', 'promotionalPrice'] },
  oneTimeFees: { otherNames: ['singlePurchaseFees'] },
  monthlyFees: { otherNames: ['recurringFees', 'monthlyProviderFees'] },
  contract: { otherNames: ['contractTerms'] },
};

class ShortArea {
  @ZipCodesField({
    description: 'Short form of `serviceArea.zipCodes`. Send only one of them.',
    nullable: true,
    optional: true,
    writeOnly: true,
    example: ['94102'],
  })
  availableZipCodes?: string[] | null;
}

@Hints(offerHints)
@ServerManaged(...serverManaged)
export class CreateOffer extends IntersectionType(
  PickType(OfferFields, ['name']),
  PartialType(OmitType(OfferFields, ['name'])),
  ShortArea,
) {}

class IntroductoryPatch extends PartialType(Introductory) {}

class ContractPatch extends PartialType(Contract) {}

class MergedObjects {
  @ObjectField(() => IntroductoryPatch, {
    description:
      'Changes of the introductory price. Omitted members keep their values; null instead of an object removes it.',
    nullable: true,
    optional: true,
  })
  introductory?: IntroductoryPatch | null;

  @ObjectField(() => ContractPatch, {
    description:
      'Changes of the terms of the contract. Omitted members keep their values, null clears a member; null instead of an object clears all.',
    nullable: true,
    optional: true,
  })
  contract?: ContractPatch | null;
}

/**
 * A JSON merge patch (RFC 7396): omitted members keep their values, null clears a member, `fees`, `introductory` and
 * `contract` are merged, other objects and arrays are replaced.
 */
@Hints(offerHints)
@ServerManaged(...serverManaged)
export class UpdateOffer extends IntersectionType(
  PartialType(OmitType(OfferFields, ['introductory', 'contract'])),
  MergedObjects,
  ShortArea,
) {}

/** The fields in a merge patch, whose objects have been merged with the stored ones. */
@Hints(offerHints)
@ServerManaged(...serverManaged)
export class PatchedOffer extends IntersectionType(PartialType(OfferFields), ShortArea) {}

export class ListOffers extends PageQuery {
  @TextField({
    description: 'Returns only the offer with this SKU.',
    kind: 'identifier',
    min: 1,
    max: 100,
    optional: true,
    example: 'FB-500',
  })
  sku?: string;

  @TextField({
    description: "Returns only offers with this ID in the provider's own system.",
    kind: 'identifier',
    min: 1,
    max: 255,
    optional: true,
  })
  externalId?: string;

  @EnumField(offerStatuses, { description: 'Returns only offers with this status.', optional: true })
  status?: OfferStatus;

  @EnumField(categoryNames, { description: 'Returns only offers in this category.', optional: true })
  category?: CategoryName;

  @FeedNameField({ description: 'Returns only offers that belong to this feed.', optional: true })
  feed?: string;
}

@ApiSchema({ name: 'Offer' })
export class OfferView extends OfferFields {
  @field(
    { type: 'string', format: 'uuid' },
    { description: 'ID of the offer (UUID v7).', example: exampleId },
  )
  id: string;

  @field(
    { type: 'string', format: 'uuid' },
    { description: 'ID of the team that owns the offer.', example: exampleId },
  )
  teamId: string;

  @FeedNameField({
    description:
      'Feed that the offer belongs to, because it was loaded with `feed=`; null if it does not belong to any. Resellers do not see it.',
    nullable: true,
  })
  feed: string | null;

  @ObjectField(() => Pricing, { description: 'What a customer pays, derived from the other fields.' })
  pricing: Pricing;

  @ObjectField(() => AssessmentView, {
    description:
      'What the automated check of the rules says, with its findings. `complianceStatus` is what the provider declares. After a change of a few fields, the offer is assessed within about a second.',
  })
  complianceAssessment: AssessmentView;

  @NumberField({
    description: 'Version number, incremented with every change.',
    integer: true,
    min: 1,
    example: 1,
  })
  version: number;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static from(this: void, stored: StoredOffer): OfferView {
    const { monthlyPriceMinor: minor, currency, area, assessment, createdAt, updatedAt } = stored;
    const view = { ...emptyView };
    for (const name of storedInView) view[name] = stored[name];
    view.monthlyPrice = minor === null ? null : fromMinorUnits(minor, currency);
    view.serviceArea = area ? areaView(area) : null;
    view.complianceAssessment = AssessmentView.of(assessment);
    view.createdAt = createdAt.toISOString();
    view.updatedAt = updatedAt.toISOString();
    return view as unknown as OfferView;
  }
}

const managedNames = ['id', 'teamId', 'feed', 'version', 'pricing'] as const;
/** The members that a stored offer has as well. */
const storedInView = [...managedNames, ...offerFieldNames].filter(
  (name) => name !== 'monthlyPrice' && name !== 'serviceArea',
);
/**
 * All members in the order in which they are returned. V8 fills an object of this shape in a fraction of the time that
 * spreading an offer into another one takes.
 */
const emptyView: Record<keyof OfferView, unknown> = Object.fromEntries(
  [
    'id',
    'teamId',
    'feed',
    ...offerFieldNames,
    ...'pricing complianceAssessment version createdAt updatedAt'.split(' '),
  ].map((name) => [name, null]),
) as Record<keyof OfferView, unknown>;

const areaView = ({ zipCodes, states }: Area): ServiceAreaFields => ({
  ...(zipCodes ? { zipCodes } : {}),
  ...(states ? { states } : {}),
});

export class DeletedOffer {
  @field({ type: 'string', format: 'uuid' }, { description: 'ID of the deleted offer.', example: exampleId })
  id: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
