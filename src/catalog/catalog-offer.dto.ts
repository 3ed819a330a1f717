import { ApiSchema, OmitType } from '@nestjs/swagger';
import { field } from '../common/field.js';
import { Money, Num, Text } from '../common/fields.js';
import { Nested } from '../common/object-fields.js';
import { fromMinor, toMinor } from '../common/money.js';
import { omit } from '../common/omit.js';
import { setupFeeNames, type Fees } from '../offers/fees.js';
import { OfferView } from '../offers/offers.dto.js';
import { states } from '../areas/zip-states.js';

/** What only the provider of an offer sees. */
export const hiddenFields = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'allowedResellers',
  'serviceArea',
  'teamId',
] as const satisfies readonly (keyof OfferView)[];

/** A row of the catalog as its query returns it. */
export interface CatalogRow extends Omit<
  OfferView,
  (typeof hiddenFields)[number] | 'monthlyPrice' | 'createdAt' | 'updatedAt'
> {
  monthlyPriceMinor: string | null;
  createdAt: Date;
  updatedAt: Date;
  providerId: string;
  providerName: string;
  /** Version of the provider's team: its name is part of what is shown. */
  providerVersion: number;
  areaId: string | null;
  zipCodeCount: number | null;
  states: string[] | null;
  nameKey: string;
  priceKey: string | null;
  providerKey: string;
}

@ApiSchema({ name: 'CatalogArea' })
export class CatalogAreaView {
  @Num({ description: 'How many ZIP codes the area lists.', integer: true, min: 0, example: 5000 })
  zipCodeCount: number;

  @field(
    { type: 'array', items: { type: 'string', enum: states } },
    { description: 'States that it covers as a whole.', example: ['CA'] },
  )
  states: string[];
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

  @Nested(() => CatalogAreaView, {
    description:
      'How far it reaches; null is everywhere. Ask `/reseller/catalog/availability` about ZIP codes.',
    nullable: true,
  })
  serviceArea: CatalogAreaView | null;

  static from(this: void, row: CatalogRow): CatalogOfferView {
    const { monthlyPriceMinor, areaId, zipCodeCount, states: covered, ...offer } = omit(row, keys);
    return {
      ...offer,
      monthlyPrice: monthlyPriceMinor === null ? null : fromMinor(BigInt(monthlyPriceMinor), offer.currency),
      setupFee: setupFee(offer.fees, offer.currency),
      serviceArea: areaId === null ? null : { zipCodeCount: zipCodeCount ?? 0, states: covered ?? [] },
      createdAt: offer.createdAt.toISOString(),
      updatedAt: offer.updatedAt.toISOString(),
    };
  }
}

const keys = ['providerVersion', 'nameKey', 'priceKey', 'providerKey'] as const;

/** Adds up in minor units, so that no cent is lost to float arithmetic. */
export function setupFee(fees: Fees | null, currency: string): number | null {
  if (fees === null) return null;
  const minor = setupFeeNames.reduce((sum, name) => sum + toMinor(fees[name] ?? 0, currency), 0n);
  return fromMinor(minor, currency);
}
