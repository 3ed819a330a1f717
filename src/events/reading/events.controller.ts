import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientLeft } from '../../common/request/client-left.js';
import { whenClientLeaves } from '../../common/request/request-scope.js';
import { Endpoint } from '../../http/endpoint.js';
import { hasClientLeft } from '../../http/request-log.js';
import { sendJson } from '../../http/send-json.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { jsonList } from '../../sql/wire/json-row-writer.js';
import { AccessHook } from '../../teams/access.hook.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import { EventReader, type WaitForEvents } from './event-reader.service.js';
import { EventsAnswer, EventsQuery } from './events.dto.js';
import { WaitingPolls } from './waiting-polls.js';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly reader: EventReader,
    private readonly polls: WaitingPolls,
    private readonly access: AccessHook,
  ) {}

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List events',
    description:
      'Returns what has happened to your team, oldest first: the same events that webhook endpoints receive, with the same IDs and the same bytes. Store `next` and send it as `after` in the next request. With `wait`, the response is sent as soon as there are events. Events about one subject are in the order of the changes. No event is left out, and each is returned once, as long as you use the cursors. Events are kept for 30 days unless the operator has set another time. A cursor that is older, or that was issued before the database was restored from a backup, is a 400 `INVALID_CURSOR`: start again without `after`, and skip the events whose ID you know. Events about offers are only here if you have asked for them with `PATCH /events/settings` or by a webhook endpoint. At most 10 requests of a team can wait at the same time; any other one is a 429.',
    response: { type: EventsAnswer, description: 'The events and the cursor for the next request.' },
    errors: ['INVALID_CURSOR'],
  })
  async listEvents(
    @CurrentTeam() team: Caller,
    @Query() query: EventsQuery,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { events, next, more } = await this.reader.list(team.id, query, reserve, this.waitFor(request));
    return sendJson(`{"events":${jsonList(events)},"next":${JSON.stringify(next)},"more":${more}}`, reply);
  }

  /** While it waits, the request does not count as one that is being handled. */
  private waitFor(request: FastifyRequest): WaitForEvents {
    const { inFlight } = request.server;
    return async (awaited, ms, mark) => {
      const leave = (listener: () => void) => whenClientLeaves(request.raw, listener);
      const waiting = this.polls.wait(awaited, { ms, mark, leave });
      inFlight.pause(request.raw);
      let found;
      try {
        found = await waiting;
      } finally {
        inFlight.resume(request.raw);
      }
      if (hasClientLeft(request)) throw new ClientLeft();
      if (found) await this.access.admitAgain(request);
      return found;
    };
  }
}
