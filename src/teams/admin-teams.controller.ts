import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../common/clock.js';
import { sendWithETag } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, pageHeaders, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { PageQuery, sendPage } from '../paging/page.js';
import { ApiKeyView, CreateApiKey, NewApiKeyView } from './api-keys/api-keys.dto.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { CreateTeam, ListTeams, TeamView, UpdateTeam } from './teams.dto.js';
import { TeamsService } from './teams.service.js';

@ApiTags('Admin')
@Controller('admin/teams')
export class AdminTeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Endpoint({
    access: 'admin',
    idempotent: true,
    summary: 'Create a team',
    description:
      'Creates a provider, a reseller, or a hybrid team, which is both. Then create its first key with `POST /admin/teams/{id}/api-keys`. Resellers do not see the offers of a team that is not verified, and a reseller that is not verified sees no offers.',
    response: {
      status: 201,
      type: TeamView,
      description: 'The created team.',
      headers: createdHeaders('/admin/teams'),
    },
  })
  async createTeam(@Body() body: CreateTeam, @Res({ passthrough: true }) reply: FastifyReply) {
    const team = await this.teams.create(body);
    void reply.headers({ location: `/admin/teams/${team.id}`, etag: versionETag(team.version) });
    return TeamView.from(team);
  }

  @Get()
  @Endpoint({
    access: 'admin',
    summary: 'List teams',
    description: 'Returns all teams, newest first.',
    response: { type: [TeamView], description: 'A page of teams.', headers: pageHeaders },
  })
  async listTeams(
    @Query() query: ListTeams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.teams.list(query), request, reply).map(TeamView.from);
  }

  @Get(':id')
  @Endpoint({
    access: 'admin',
    summary: 'Get a team',
    description: 'Returns any team, whether it is verified or suspended.',
    response: { type: TeamView, description: 'The team.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getTeam(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const team = await this.teams.get(id);
    return sendWithETag(TeamView.from(team), versionETag(team.version), request, reply);
  }

  @Patch(':id')
  @Endpoint({
    access: 'admin',
    summary: 'Update a team',
    description:
      'Renames, verifies or suspends a team, or changes its default currency. The change takes effect within a second in all processes.',
    response: { type: TeamView, description: 'The updated team.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateTeam(
    @Param('id') id: string,
    @Body() body: UpdateTeam,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const team = await this.teams.update(id, body, ifMatch);
    void reply.header('etag', versionETag(team.version));
    return TeamView.from(team);
  }

  @Post(':id/api-keys')
  @Endpoint({
    access: 'admin',
    idempotent: true,
    summary: 'Create an API key for a team',
    description:
      'Creates an API key for the team. A team can have at most 20 active keys, including rotated keys in their grace period. The operator can create a key with any expiry, even for a team whose last key is about to expire.',
    response: {
      status: 201,
      type: NewApiKeyView,
      description: 'The created key. Its secret is returned only once.',
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async createTeamApiKey(@Param('id') id: string, @Body() body: CreateApiKey) {
    return NewApiKeyView.withSecret(await this.apiKeys.create(id, body, null), this.clock.now());
  }

  @Get(':id/api-keys')
  @Endpoint({
    access: 'admin',
    summary: "List a team's API keys",
    description: 'Returns the API keys of the team, newest first.',
    response: {
      type: [ApiKeyView],
      description: 'A page of API keys, without their secrets.',
      headers: pageHeaders,
    },
    errors: ['NOT_FOUND'],
  })
  async listTeamApiKeys(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const team = await this.teams.get(id);
    return sendPage(await this.apiKeys.list(team.id, query), request, reply).map((key) =>
      ApiKeyView.from(key, this.clock.now()),
    );
  }

  @Delete(':id/api-keys/:keyId')
  @Endpoint({
    access: 'admin',
    summary: "Revoke a team's API key",
    description:
      'Revokes the key. The revocation takes effect within one second in all processes; after that, requests with the key are rejected with 401. The operator can also revoke the last active key of a team.',
    response: { type: ApiKeyView, description: 'The revoked key.' },
    errors: ['NOT_FOUND'],
  })
  async revokeTeamApiKey(@Param('id') id: string, @Param('keyId') keyId: string) {
    return ApiKeyView.from(await this.apiKeys.revoke(id, keyId, { allowLast: true }), this.clock.now());
  }
}
