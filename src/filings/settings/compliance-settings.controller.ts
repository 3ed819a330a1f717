import { Body, Controller, Get, Headers, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { ComplianceSettingsView, UpdateComplianceSettings } from './compliance-settings.dto.js';
import { ComplianceSettings } from './compliance-settings.service.js';

@ApiTags('Files for regulators')
@Controller('provider/compliance/settings')
export class ComplianceSettingsController {
  constructor(private readonly settings: ComplianceSettings) {}

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'Get compliance settings',
    description: 'Returns whether your broadband labels are published.',
    response: { type: ComplianceSettingsView, description: 'The settings.', headers: etagHeaders },
    conditional: true,
  })
  async getComplianceSettings(
    @CurrentTeam() team: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { settings, version } = await this.settings.get(team.id);
    return sendWithETag(settings, versionETag(version), request, reply);
  }

  @Patch()
  @Endpoint({
    access: 'provider',
    summary: 'Update compliance settings',
    description:
      'Omitted members keep their values. While your team is suspended, nothing is published, whatever the settings.',
    response: { type: ComplianceSettingsView, description: 'The updated settings.', headers: etagHeaders },
    errors: ['PRECONDITION_FAILED'],
  })
  async updateComplianceSettings(
    @CurrentTeam() team: Caller,
    @Body() body: UpdateComplianceSettings,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ComplianceSettingsView> {
    const { settings, version } = await this.settings.update(team.id, body, ifMatch);
    void reply.header('etag', versionETag(version));
    return settings;
  }
}
