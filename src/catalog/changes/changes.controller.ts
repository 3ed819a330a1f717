import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../http/endpoint.js';
import { sendJson } from '../../http/send-json.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { jsonList } from '../../sql/wire/json-row-writer.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import { CatalogChanges, ChangesQuery } from './changes.dto.js';
import { ChangesService } from './changes.service.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get('changes')
  @Endpoint({
    access: 'reseller',
    summary: 'List catalog changes',
    description:
      'Use this operation to keep a copy of the catalog up to date. Without `since`, the whole catalog is returned as `upsert` changes. Store `next` and send it as `since` in the next request. An offer that your team can no longer see is returned as a `remove` change with only its ID. An offer can be returned more than once, always in its current state; no change is missed. A change can appear with a short delay, because it is returned only after all earlier database transactions have ended. By default, a `since` cursor is valid for 30 days. A cursor that is too old, or that was issued before the database was restored from a backup, is a 400 `INVALID_CURSOR`: discard your copy and start again without `since`; so is one that was issued before the operator changed whether resellers need licenses. What a license hides from the day after its last one is removed at the first request on that day. The catalog of a team that is not verified is empty: what the team saw before is removed, then there are no changes until it is verified, when the whole catalog is returned.',
    response: { type: CatalogChanges, description: 'The changes and the cursor for the next request.' },
  })
  async listCatalogChanges(
    @CurrentTeam() team: Caller,
    @Query() query: ChangesQuery,
    @Memory() reserve: ReserveMemory,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { changes, next, more } = await this.changes.read(team, query, reserve);
    return sendJson(`{"changes":${jsonList(changes)},"next":${JSON.stringify(next)},"more":${more}}`, reply);
  }
}
