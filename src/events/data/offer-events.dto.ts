import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { statusesOfAssessment, type StatusOfAssessment } from '../../offers/assessment/assessment-result.js';
import { Pricing } from '../../offers/pricing/pricing-view.js';
import { EnumField, IdField, NumberField, TextField, TextListField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';

/** What every event about an offer contains. */
class OfferEventData {
  @IdField({ description: 'ID of the offer.', example: exampleIdIn('/reseller/catalog') })
  offerId: string;

  @IdField({ description: 'ID of the provider.' })
  providerTeamId: string;

  @TextField({ description: 'Name of the offer.', max: 255, example: 'Fibre 500' })
  name: string;

  @TextField({ description: 'Category of the offer.', max: 50, nullable: true, example: 'internet' })
  category: string | null;

  @TextField({ description: 'SKU of the offer.', max: 100, nullable: true, example: 'FB-500' })
  sku: string | null;

  @NumberField({
    description:
      'Version of the offer that resellers see: after the change, or in `offer.withdrawn` the last one that you saw. An event with a lower version is older.',
    integer: true,
    min: 1,
    example: 2,
  })
  version: number;
}

@ApiSchema({ name: 'OfferPublishedData' })
export class OfferPublishedData extends OfferEventData {}

@ApiSchema({ name: 'OfferUpdatedData' })
export class OfferUpdatedData extends OfferEventData {}

@ApiSchema({ name: 'OfferPriceChangedData' })
export class OfferPriceChangedData extends OfferEventData {
  @ObjectField(() => Pricing, { description: 'What a customer paid before, as the catalog showed it.' })
  previousPricing: Pricing;

  @ObjectField(() => Pricing, { description: 'What a customer pays now, as the catalog shows it.' })
  pricing: Pricing;
}

@ApiSchema({ name: 'OfferWithdrawnData' })
export class OfferWithdrawnData extends OfferEventData {}

@ApiSchema({ name: 'OfferComplianceChangedData' })
export class OfferComplianceChangedData {
  @IdField({ description: 'ID of the offer.', example: exampleIdIn('/provider/offers') })
  offerId: string;

  @TextField({ description: 'Name of the offer.', max: 255, example: 'Fibre 500' })
  name: string;

  @TextField({ description: 'SKU of the offer.', max: 100, nullable: true, example: 'FB-500' })
  sku: string | null;

  @NumberField({
    description: 'Version of the offer with the new assessment. An event with a lower version is older.',
    integer: true,
    min: 1,
    example: 2,
  })
  version: number;

  @EnumField(statusesOfAssessment, {
    description: 'Status of the assessment before; null for a new offer.',
    nullable: true,
    example: 'compliant',
  })
  previousStatus: StatusOfAssessment | null;

  @EnumField(statusesOfAssessment, { description: 'Status of the assessment now.', example: 'incomplete' })
  status: StatusOfAssessment;

  @TextListField({
    description: 'Codes of the checks that did not pass. `complianceAssessment` of the offer explains them.',
    maxItems: 1000,
    maxLength: 50,
    example: ['I13'],
  })
  findings: string[];
}
