import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CatalogService } from '../listing/catalog.service.js';
import { CompareQuery, ComparisonView } from './compare.dto.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CompareController {
  constructor(private readonly catalog: CatalogService) {}

  @Get('compare')
  @Endpoint({
    access: 'reseller',
    summary: 'Compare catalog offers',
    description:
      'Compares up to ten offers. The response contains their prices, terms and attributes in the same units, the total cost over 12 and 24 months, all data of their categories with its units, and the names of what differs.',
    response: { type: ComparisonView, description: 'The comparison.' },
    errors: ['NOT_FOUND'],
  })
  compareCatalogOffers(@CurrentTeam() team: Caller, @Query() { ids }: CompareQuery): Promise<ComparisonView> {
    return this.catalog.compare(team, ids);
  }
}
