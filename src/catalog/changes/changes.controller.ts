import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../http/endpoint.js';
import { sendJson } from '../../http/send-json.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { jsonList } from '../../sql/wire/json-row-writer.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CatalogChanges, ChangesQuery } from './changes.dto.js';
import { ChangesService } from './changes.service.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get('changes')
  @Endpoint({
    access: 'reseller',
    summary: 'What changed since the last time',
    description:
      'Without `since` the whole catalog comes as upserts; keep `next` and send it as `since` ever after. An offer that is no longer to be seen is a `remove` with its id alone. An offer may come more than once, always as it is now; nothing is missed. A transaction that is still running holds back what came after it. `since` works for 30 days unless the operator says otherwise.',
    response: { type: CatalogChanges, description: 'The changes, and where to go on.' },
  })
  async listCatalogChanges(
    @CurrentTeam() team: Caller,
    @Query() query: ChangesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'private, no-store');
    const { changes, next, more } = await this.changes.read(team, query);
    return sendJson(`{"changes":${jsonList(changes)},"next":${JSON.stringify(next)},"more":${more}}`, reply);
  }
}
