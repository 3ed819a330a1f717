import { IdList } from '../../validation/list-fields.js';
import { ZipCodes } from '../../areas/service-area-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { Flag, Id } from '../../validation/fields.js';
import { NestedList } from '../../validation/object-fields.js';

export class AskAvailability {
  @ZipCodes({ description: 'Up to 1,000 ZIP codes: 12345 or 12345-6789.', example: ['94102', '10001'] }, 1000)
  zipCodes: string[];

  @IdList({ description: 'Up to 100 offers.' }, { min: 1, max: 100 })
  offerIds: string[];
}

@ApiSchema({ name: 'OfferAvailability' })
export class OfferAvailability {
  @Id({ description: 'Id of the offer.' })
  offerId: string;

  @Flag({ description: 'Whether it has no area and so is available everywhere.', example: false })
  everywhere: boolean;

  @ZipCodes(
    { description: 'Those of the ZIP codes where it is available, five digits each.', example: ['94102'] },
    1000,
  )
  zipCodes: string[];
}

@ApiSchema({ name: 'Availability' })
export class AvailabilityView {
  @NestedList(() => OfferAvailability, {
    description: 'In the order in which they were asked for.',
    maxItems: 100,
  })
  offers: OfferAvailability[];

  @IdList({ description: 'Offers that do not exist or are not to be seen.', example: [] }, { max: 100 })
  notFound: string[];
}
