import { Body, Controller, Get, Headers, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { EventSettingsView, UpdateEventSettings } from './event-settings.dto.js';
import { EventSettings } from './event-settings.service.js';

@ApiTags('Events')
@Controller('events/settings')
export class EventSettingsController {
  constructor(private readonly settings: EventSettings) {}

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'Get event settings',
    description: 'Returns which events about offers your team receives in `GET /events`.',
    response: { type: EventSettingsView, description: 'The settings.', headers: etagHeaders },
    conditional: true,
  })
  async getEventSettings(
    @CurrentTeam() team: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { settings, version } = await this.settings.get(team.id);
    return sendWithETag(settings, versionETag(version), request, reply);
  }

  @Patch()
  @Endpoint({
    access: 'team',
    summary: 'Update event settings',
    description:
      'Omitted members keep their values. The settings apply to changes from now on. Only resellers receive most events about offers, so `offerEvents` of a provider can contain only `offer.compliance_changed`, which only providers receive.',
    bodyExamples: { none: { summary: 'No events about offers', value: { offerEvents: [] } } },
    response: { type: EventSettingsView, description: 'The updated settings.', headers: etagHeaders },
    errors: ['PRECONDITION_FAILED'],
  })
  async updateEventSettings(
    @CurrentTeam() team: Caller,
    @Body() body: UpdateEventSettings,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventSettingsView> {
    const { settings, version } = await this.settings.update(team, body, ifMatch);
    void reply.header('etag', versionETag(version));
    return settings;
  }
}
