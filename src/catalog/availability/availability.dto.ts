import { IdListField } from '../../validation/list-fields.js';
import { ZipCodesField } from '../../areas/service-area-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, IdField } from '../../validation/fields.js';
import { ObjectListField } from '../../validation/object-fields.js';

export class AskAvailability {
  @ZipCodesField(
    { description: 'Up to 1,000 ZIP codes: 12345 or 12345-6789.', example: ['94102', '10001'] },
    1000,
  )
  zipCodes: string[];

  @IdListField({ description: 'Up to 100 offers.' }, { min: 1, max: 100 })
  offerIds: string[];
}

@ApiSchema({ name: 'OfferAvailability' })
export class OfferAvailability {
  @IdField({ description: 'Id of the offer.' })
  offerId: string;

  @BooleanField({ description: 'Whether it has no area and so is available everywhere.', example: false })
  everywhere: boolean;

  @ZipCodesField(
    { description: 'Those of the ZIP codes where it is available, five digits each.', example: ['94102'] },
    1000,
  )
  zipCodes: string[];
}

@ApiSchema({ name: 'Availability' })
export class AvailabilityView {
  @ObjectListField(() => OfferAvailability, {
    description: 'In the order in which they were asked for.',
    maxItems: 100,
  })
  offers: OfferAvailability[];

  @IdListField({ description: 'Offers that do not exist or are not to be seen.', example: [] }, { max: 100 })
  notFound: string[];
}
