import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { StatisticsQuery, StatisticsView } from './order-statistics.dto.js';
import { OrderStatistics } from './order-statistics.service.js';

const description = (side: string) =>
  `Counts the order items that ${side}: what became of them, how long it took, and whether appointments were kept. Items count at the time of their order, so that figures of the last weeks still change.`;
const response = { type: StatisticsView, description: 'The statistics.' };

@ApiTags('Provider orders')
@Controller('provider/stats')
export class ProviderStatisticsController {
  constructor(private readonly statistics: OrderStatistics) {}

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'Get order statistics',
    description: description('your team has to fulfil'),
    response,
  })
  getProviderStatistics(
    @CurrentTeam() team: Caller,
    @Query() query: StatisticsQuery,
  ): Promise<StatisticsView> {
    return this.statistics.of('provider', team.id, query);
  }
}

@ApiTags('Reseller orders')
@Controller('reseller/stats')
export class ResellerStatisticsController {
  constructor(private readonly statistics: OrderStatistics) {}

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'Get order statistics',
    description: description('your team has ordered'),
    response,
  })
  getResellerStatistics(
    @CurrentTeam() team: Caller,
    @Query() query: StatisticsQuery,
  ): Promise<StatisticsView> {
    return this.statistics.of('reseller', team.id, query);
  }
}
