import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../common/clock.js';
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
    private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'Get your team',
    description: 'Returns the team whose key you send, with its role. A good first call to check a key.',
    response: { type: TeamView, description: 'Your team.', headers: etagHeaders },
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
    idempotent: true,
    summary: 'Create an API key',
    description:
      'Creates an API key for your team. A team can have at most 20 active keys, including rotated keys in their grace period. A key never outlives the key that made it: with a key that expires, you can only create keys that expire at the same time or earlier.',
    response: {
      status: 201,
      type: NewApiKeyView,
      description: 'The created key. Its secret is returned only once.',
    },
    errors: ['CONFLICT'],
  })
  async createApiKey(@CurrentTeam() caller: Caller, @Body() body: CreateApiKey) {
    return NewApiKeyView.withSecret(
      await this.apiKeys.create(caller.id, body, caller.keyId),
      this.clock.now(),
    );
  }

  @Get('api-keys')
  @Endpoint({
    access: 'team',
    summary: 'List API keys',
    description: 'Returns the API keys of your team, newest first.',
    response: {
      type: [ApiKeyView],
      description: 'A page of API keys, without their secrets.',
      headers: pageHeaders,
    },
  })
  async listApiKeys(
    @CurrentTeam() caller: Caller,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.apiKeys.list(caller.id, query), request, reply).map((key) =>
      ApiKeyView.from(key, this.clock.now()),
    );
  }

  @Delete('api-keys/:id')
  @Endpoint({
    access: 'team',
    summary: 'Revoke an API key',
    description:
      'Revokes the key. The revocation takes effect within one second in all processes; after that, requests with the key are rejected with 401. You cannot revoke the last active key of your team, not counting rotated keys in their grace period; rotate it instead.',
    response: { type: ApiKeyView, description: 'The revoked key.' },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async revokeApiKey(@CurrentTeam() caller: Caller, @Param('id') id: string) {
    return ApiKeyView.from(await this.apiKeys.revoke(caller.id, id, { allowLast: false }), this.clock.now());
  }

  @Post('api-keys/:id/rotate')
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Rotate an API key',
    description:
      'Creates a key with the same name that replaces this key. The old key remains valid during the grace period; by default, it is revoked immediately. If the old key expires, the new key lives as long as the old one was meant to, starting now: a key that was created for 90 days is replaced by one for 90 days. Set `expiresAt` for another expiry. A key never outlives the key that makes it. Therefore, a key that expires cannot prolong itself: rotate it with another key of your team that lives longer, or ask the operator for a new key. A key can be rotated once; after that, rotate the key that replaced it. Both keys count towards the limit of 20 active keys during the grace period.',
    response: {
      status: 201,
      type: NewApiKeyView,
      description: 'The new key. Its secret is returned only once.',
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async rotateApiKey(@CurrentTeam() caller: Caller, @Param('id') id: string, @Body() body: RotateApiKey) {
    return NewApiKeyView.withSecret(
      await this.apiKeys.rotate(caller.id, id, body, caller.keyId),
      this.clock.now(),
    );
  }
}
