import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiTags } from '../common/documented.js';
import { Endpoint } from '../common/endpoint.js';
import { sendJson } from '../common/json-answer.js';
import { jsonList } from '../common/json-row.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { AskAvailability, AvailabilityView } from './availability.dto.js';
import { AvailabilityService } from './availability.service.js';
import { CatalogService } from './catalog.service.js';
import { CatalogChanges, ChangesQuery } from './changes.dto.js';
import { ChangesService } from './changes.service.js';
import { CompareQuery, ComparisonView } from './compare.dto.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CatalogToolsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly availability: AvailabilityService,
    private readonly changes: ChangesService,
  ) {}

  @Get('compare')
  @Endpoint({
    access: 'reseller',
    summary: 'Up to ten offers side by side',
    description:
      'In the same units, with the cost over one and two years, and the fields that differ by name.',
    ok: { type: ComparisonView, description: 'The comparison.' },
    errors: ['NOT_FOUND'],
  })
  compare(@CurrentTeam() team: Caller, @Query() { ids }: CompareQuery): Promise<ComparisonView> {
    return this.catalog.compare(team, ids);
  }

  @Post('availability')
  @Endpoint({
    access: 'reseller',
    summary: 'Where offers are available',
    description: 'Up to 1,000 ZIP codes for up to 100 offers in one call.',
    ok: {
      status: 200,
      type: AvailabilityView,
      description: 'For each offer the ZIP codes where it is available.',
    },
  })
  where(@CurrentTeam() team: Caller, @Body() body: AskAvailability): Promise<AvailabilityView> {
    return this.availability.ask(team, body);
  }

  @Get('changes')
  @Endpoint({
    access: 'reseller',
    summary: 'What changed since the last time',
    description:
      'Without `since` the whole catalog comes as upserts; keep `next` and send it as `since` ever after. An offer that is no longer to be seen is a `remove` with its id alone. An offer may come more than once, always as it is now; nothing is missed. A transaction that is still running holds back what came after it. `since` works for 30 days unless the operator says otherwise.',
    ok: { type: CatalogChanges, description: 'The changes, and where to go on.' },
  })
  async since(
    @CurrentTeam() team: Caller,
    @Query() query: ChangesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'private, no-store');
    const { changes, next, more } = await this.changes.read(team, query);
    return sendJson(`{"changes":${jsonList(changes)},"next":${JSON.stringify(next)},"more":${more}}`, reply);
  }
}
