import { ApiSchema, OmitType } from '@nestjs/swagger';
import { field } from '../common/field.js';
import { Choice, Money, Text } from '../common/fields.js';
import { fromMinor, toMinor } from '../common/money.js';
import { omit } from '../common/omit.js';
import { PageQuery } from '../common/page.js';
import { categoryNames, type CategoryName } from '../offers/categories.js';
import { setupFeeNames, type Fees } from '../offers/fees.dto.js';
import type { Offer } from '../offers/offer.entity.js';
import { OfferView } from '../offers/offers.dto.js';

/** What only the provider of an offer sees. */
export const hiddenFields = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'teamId',
] as const satisfies readonly (keyof OfferView)[];

export class ListCatalog extends PageQuery {
  @Choice(categoryNames, { description: 'Only offers of this category.', optional: true })
  category?: CategoryName;
}

/** An active offer of any provider and who sells it. */
export interface CatalogEntry {
  offer: Offer;
  providerName: string;
  /** Version of the provider's team: its name is part of what is shown. */
  providerVersion: number;
}

@ApiSchema({ name: 'CatalogOffer' })
export class CatalogOfferView extends OmitType(OfferView, hiddenFields) {
  @field(
    { type: 'string', format: 'uuid' },
    { description: 'Id of the team that sells it.', example: '0190c3de-0000-7000-8000-000000000001' },
  )
  providerId: string;

  @Text({ description: 'Name of the team that sells it.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @Money({
    description: 'Installation, equipment and activation fee together; null when no fees are given.',
    nullable: true,
    example: 59.5,
  })
  setupFee: number | null;

  static from(this: void, { offer, providerName }: CatalogEntry): CatalogOfferView {
    const shown = omit(OfferView.from(offer), hiddenFields);
    return {
      ...shown,
      providerId: offer.teamId,
      providerName,
      setupFee: setupFee(offer.fees, offer.currency),
    };
  }
}

/** Adds up in minor units, so that no cent is lost to float arithmetic. */
export function setupFee(fees: Fees | null, currency: string): number | null {
  if (fees === null) return null;
  const minor = setupFeeNames.reduce((sum, name) => sum + toMinor(fees[name] ?? 0, currency), 0n);
  return fromMinor(minor, currency);
}
