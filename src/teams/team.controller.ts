import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint, pageHeaders, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { PageQuery, sendPage } from '../paging/page.js';
import { ApiKeyView, CreateApiKey, NewApiKeyView, RotateApiKey } from './api-keys/api-keys.dto.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { CurrentTeam, type Caller } from './caller.js';
import { TeamView } from './teams.dto.js';
import { TeamsService } from './teams.service.js';

@ApiTags('Team')
@Controller('team')
export class TeamController {
  constructor(
    private readonly teams: TeamsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'Who am I: the team of the key',
    response: { type: TeamView, description: 'The calling team.', headers: etagHeaders },
    conditional: true,
  })
  async getCurrentTeam(
    @CurrentTeam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const team = await this.teams.get(caller.id);
    return sendWithETag(TeamView.from(team), versionETag(team.version), request, reply);
  }

  @Post('api-keys')
  @Endpoint({
    access: 'team',
    summary: 'Make another API key for the team',
    description: 'A team has at most 20 active keys: one for each environment and person.',
    response: { status: 201, type: NewApiKeyView, description: 'The key; its secret is shown this once.' },
    errors: ['CONFLICT'],
  })
  async createApiKey(@CurrentTeam() caller: Caller, @Body() body: CreateApiKey) {
    return NewApiKeyView.withSecret(await this.apiKeys.create(caller.id, body));
  }

  @Get('api-keys')
  @Endpoint({
    access: 'team',
    summary: "List the team's API keys, newest first",
    response: {
      type: [ApiKeyView],
      description: 'A page of keys, without their secrets.',
      headers: pageHeaders,
    },
  })
  async listApiKeys(
    @CurrentTeam() caller: Caller,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.apiKeys.list(caller.id, query), request, reply).map(ApiKeyView.from);
  }

  @Delete('api-keys/:id')
  @Endpoint({
    access: 'team',
    summary: 'Revoke an API key',
    description:
      'The next call with it is answered 401. A team cannot revoke its last active key; rotate it instead.',
    response: { type: ApiKeyView, description: 'The key, revoked.' },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async revokeApiKey(@CurrentTeam() caller: Caller, @Param('id') id: string) {
    return ApiKeyView.from(await this.apiKeys.revoke(caller.id, id, { last: false }));
  }

  @Post('api-keys/:id/rotate')
  @Endpoint({
    access: 'team',
    summary: 'Replace an API key',
    description: 'Makes a new key; the old one works on for the grace period, by default not at all.',
    response: {
      status: 201,
      type: NewApiKeyView,
      description: 'The new key; its secret is shown this once.',
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async rotateApiKey(@CurrentTeam() caller: Caller, @Param('id') id: string, @Body() body: RotateApiKey) {
    return NewApiKeyView.withSecret(await this.apiKeys.rotate(caller.id, id, body.gracePeriodSeconds ?? 0));
  }
}
