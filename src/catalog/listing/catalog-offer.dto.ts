import { MoneyField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';
import { NumberField, TextField } from '../../validation/fields.js';
import { OmitType } from '../../validation/mapped-types.js';
import { ObjectField } from '../../validation/object-fields.js';
import { OfferView } from '../../offers/offers.dto.js';
import { states } from '../../areas/zip-states.js';

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

@ApiSchema({ name: 'CatalogArea' })
export class CatalogAreaView {
  @NumberField({ description: 'How many ZIP codes the area lists.', integer: true, min: 0, example: 5000 })
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

  @TextField({ description: 'Name of the team that sells it.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @MoneyField({
    description: 'Installation, equipment and activation fee together; null when no fees are given.',
    nullable: true,
    example: 59.5,
  })
  setupFee: number | null;

  @ObjectField(() => CatalogAreaView, {
    description:
      'How far it reaches; null is everywhere. Ask `/reseller/catalog/availability` about ZIP codes.',
    nullable: true,
  })
  serviceArea: CatalogAreaView | null;
}
