import type { Area } from '../areas/area.js';
import { ZipCodesField, type ServiceAreaFields } from '../areas/service-area-fields.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { field } from '../validation/field.js';
import { EnumField, BooleanField, DateTimeField, NumberField, TextField } from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import { IntersectionType, OmitType, PartialType, PickType } from '../validation/mapped-types.js';
import { fromMinorUnits } from '../money/money.js';
import { PageQuery } from '../paging/page.js';
import { categoryNames, type CategoryName } from './categories/all-categories.js';
import { OfferFields } from './offer-fields.js';
import { offerStatuses, type OfferStatus } from './offer-status.js';
import type { StoredOffer } from './offer-columns.js';

const exampleId = '0190c3de-0000-7000-8000-00000000000a';
const exampleTime = '2026-01-31T09:30:00.000Z';
const serverSet = ['id', 'teamId', 'currency', 'version', 'createdAt', 'updatedAt'];

class ShortArea {
  @ZipCodesField({
    description: 'Short form of `serviceArea.zipCodes`; give one of the two.',
    nullable: true,
    optional: true,
    writeOnly: true,
    example: ['94102'],
  })
  availableZipCodes?: string[] | null;
}

@ServerManaged(...serverSet)
export class CreateOffer extends IntersectionType(
  PickType(OfferFields, ['name']),
  PartialType(OmitType(OfferFields, ['name'])),
  ShortArea,
) {}

/** A JSON merge patch (RFC 7396): what is left out stays, null clears, objects and lists are replaced whole. */
@ServerManaged(...serverSet)
export class UpdateOffer extends IntersectionType(PartialType(OfferFields), ShortArea) {}

export class ListOffers extends PageQuery {
  @TextField({
    description: 'Only the offer with this SKU.',
    min: 1,
    max: 100,
    optional: true,
    example: 'FB-500',
  })
  sku?: string;

  @TextField({
    description: "Only offers with this id of the provider's own system.",
    min: 1,
    max: 255,
    optional: true,
  })
  externalId?: string;

  @EnumField(offerStatuses, { description: 'Only offers in this status.', optional: true })
  status?: OfferStatus;

  @EnumField(categoryNames, { description: 'Only offers of this category.', optional: true })
  category?: CategoryName;
}

@ApiSchema({ name: 'Offer' })
export class OfferView extends OfferFields {
  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Id of the offer (UUID v7).', example: exampleId },
  )
  id: string;

  @field({ type: 'string', format: 'uuid' }, { description: 'Id of the owning team.', example: exampleId })
  teamId: string;

  @TextField({ description: 'ISO 4217 code of every amount in the offer.', max: 3, example: 'USD' })
  currency: string;

  @NumberField({ description: 'Grows by one with every change.', integer: true, min: 1, example: 1 })
  version: number;

  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static from(this: void, stored: StoredOffer): OfferView {
    const { monthlyPriceMinor, area, ...offer } = stored;
    return {
      ...offer,
      serviceArea: area ? areaView(area) : null,
      monthlyPrice: monthlyPriceMinor === null ? null : fromMinorUnits(monthlyPriceMinor, offer.currency),
      createdAt: offer.createdAt.toISOString(),
      updatedAt: offer.updatedAt.toISOString(),
    };
  }
}

const areaView = ({ zipCodes, states }: Area): ServiceAreaFields => ({
  ...(zipCodes ? { zipCodes } : {}),
  ...(states ? { states } : {}),
});

export class DeletedOffer {
  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Id of the offer that was deleted.', example: exampleId },
  )
  id: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
