import { Body, Controller, Post } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { AskAvailability, AvailabilityView } from './availability.dto.js';
import { AvailabilityService } from './availability.service.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class AvailabilityController {
  constructor(private readonly availability: AvailabilityService) {}

  @Post('availability')
  @Endpoint({
    access: 'reseller',
    summary: 'Check availability',
    description: 'Checks up to 1,000 ZIP codes for up to 100 offers in one request.',
    response: {
      status: 200,
      type: AvailabilityView,
      description: 'The ZIP codes in which each offer is available.',
    },
  })
  checkAvailability(@CurrentTeam() team: Caller, @Body() body: AskAvailability): Promise<AvailabilityView> {
    return this.availability.check(team, body);
  }
}
