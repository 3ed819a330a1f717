import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint, pageHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { PageQuery, sendPage, viewPage } from '../../paging/page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { FeedView } from './feeds.dto.js';
import { FeedsService } from './feeds.service.js';

@ApiTags('Provider offers')
@Controller('provider/feeds')
export class FeedsController {
  constructor(private readonly feeds: FeedsService) {}

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List feeds',
    description:
      'Returns the feeds of your team, newest first, each with the number of its offers and the result of its last upload. A feed begins with the first upload to `POST /provider/offers/bulk` with its name in `feed`.',
    response: { type: [FeedView], description: 'A page of feeds.', headers: pageHeaders },
  })
  async listFeeds(
    @CurrentTeam() team: Caller,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(viewPage(await this.feeds.list(team.id, query), FeedView.from), request, reply);
  }
}
