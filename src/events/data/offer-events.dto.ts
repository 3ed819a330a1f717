import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { IdField, NumberField, TextField } from '../../validation/fields.js';

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

  @NumberField({
    description: 'Version of the offer that resellers see. An event with a lower version is older.',
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
export class OfferPriceChangedData extends OfferEventData {}

@ApiSchema({ name: 'OfferWithdrawnData' })
export class OfferWithdrawnData extends OfferEventData {}
