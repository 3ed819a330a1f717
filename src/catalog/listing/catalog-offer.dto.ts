import { TotalField } from '../../money/money-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';
import { DateTimeField, NumberField, TextField } from '../../validation/fields.js';
import { OmitType } from '../../validation/mapped-types.js';
import { ObjectField } from '../../validation/object-fields.js';
import { AssessmentStatusView } from '../../offers/assessment/assessment-view.js';
import { OfferView } from '../../offers/offers.dto.js';
import { states } from '../../areas/zip-states.js';

/** Fields that are visible only to the provider of an offer. */
export const hiddenFields = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'allowedResellers',
  'serviceArea',
  'teamId',
  'feed',
] as const satisfies readonly (keyof OfferView)[];

@ApiSchema({ name: 'CatalogArea' })
export class CatalogAreaView {
  @NumberField({ description: 'Number of ZIP codes in the area.', integer: true, min: 0, example: 5000 })
  zipCodeCount: number;

  @field(
    { type: 'array', items: { type: 'string', enum: states } },
    { description: 'States that the area covers completely.', example: ['CA'] },
  )
  states: string[];
}

@ApiSchema({ name: 'CatalogOffer' })
export class CatalogOfferView extends OmitType(OfferView, [
  ...hiddenFields,
  'complianceAssessment',
  'version',
  'updatedAt',
]) {
  @ObjectField(() => AssessmentStatusView, {
    description:
      'What the automated check of the rules says. `complianceStatus` is what the provider declares.',
  })
  complianceAssessment: AssessmentStatusView;

  @NumberField({
    description:
      'Version number, incremented with every change that resellers can see. It can differ from the version that the provider sees.',
    integer: true,
    min: 1,
    example: 1,
  })
  version: number;

  @DateTimeField({
    description: 'Time of the last change that resellers can see.',
    example: '2026-01-31T09:30:00.000Z',
  })
  updatedAt: string;

  @field(
    { type: 'string', format: 'uuid' },
    { description: 'ID of the provider.', example: '0190c3de-0000-7000-8000-000000000001' },
  )
  providerId: string;

  @TextField({ description: 'Name of the provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @TotalField({
    description:
      'As in `pricing`: sum of the installation, equipment and activation fees and of the mandatory one-time fees; null if none of them is given.',
    nullable: true,
    example: 59.5,
  })
  setupFee: number | null;

  @ObjectField(() => CatalogAreaView, {
    description:
      'Size of the service area; null means available everywhere. To check ZIP codes, use `POST /reseller/catalog/availability`.',
    nullable: true,
  })
  serviceArea: CatalogAreaView | null;
}
