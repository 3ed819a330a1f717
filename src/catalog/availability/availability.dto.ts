import { IdListField } from '../../validation/list-fields.js';
import { ZipCodesField } from '../../areas/service-area-fields.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, IdField } from '../../validation/fields.js';
import { ObjectListField } from '../../validation/object-fields.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';

export class AskAvailability {
  @ZipCodesField(
    {
      description: 'ZIP codes to check, at most 1,000, in the form 12345 or 12345-6789.',
      example: ['94102', '10001'],
    },
    1000,
  )
  zipCodes: string[];

  @IdListField(
    { description: 'IDs of the offers to check, at most 100.', example: [exampleIdIn('/reseller/catalog')] },
    { min: 1, max: 100 },
  )
  offerIds: string[];
}

@ApiSchema({ name: 'OfferAvailability' })
export class OfferAvailability {
  @IdField({ description: 'ID of the offer.' })
  offerId: string;

  @BooleanField({
    description: 'Whether the offer is available everywhere because it has no service area.',
    example: false,
  })
  everywhere: boolean;

  @ZipCodesField(
    {
      description: 'The requested ZIP codes in which the offer is available, five digits each.',
      example: ['94102'],
    },
    1000,
  )
  zipCodes: string[];
}

@ApiSchema({ name: 'Availability' })
export class AvailabilityView {
  @ObjectListField(() => OfferAvailability, {
    description: 'The offers, in the order of the request.',
    maxItems: 100,
  })
  offers: OfferAvailability[];

  @IdListField(
    { description: 'IDs of offers that do not exist or are not visible to your team.', example: [] },
    { max: 100 },
  )
  notFound: string[];
}
