import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { JsonApiEndpoint } from '../json-api/envelope.js';
import { PathIdPipe } from '../json-api/path-id.pipe.js';
import { SetProrationPolicy } from './offerings.dto.js';
import { OfferingsService } from './offerings.service.js';

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings/:id/relationships/proration-policies')
export class OfferingProrationController {
  constructor(private readonly offerings: OfferingsService) {}

  @Put()
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Clear the proration policy of a subscription offering',
    description:
      'Proration policies are not supported yet, so that an offering never has one: `data` must be null, and nothing changes. Any other value fails with 400.',
    response: { status: 204, description: 'The offering has no proration policy.' },
    errors: ['NOT_FOUND'],
  })
  async setOfferingProrationPolicy(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() _body: SetProrationPolicy,
  ): Promise<void> {
    await this.offerings.requireOwn(team.id, id);
  }
}
